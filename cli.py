"""The command line: thin; what each command does is a file in `commands`, imported when somebody asks for it."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from commands.parser import command_line
from metrics.errors import ArbiterError, first_line

_FULL = ("No space left", "Disk quota exceeded")  # as the system says it
_INTERRUPTED = "Query interrupted"  # what DuckDB makes of Ctrl-C
_UNWRITABLE = ("Read-only file system", "Permission denied")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0 done, 1 could not be done, 2 wrong usage or configuration."""
    _print_what_the_terminal_can()
    given = sys.argv[1:] if arguments is None else arguments
    options = command_line(given).parse_args(given)
    try:
        return int(import_module(f"commands.{options.command}").run(options) or 0)
    except ArbiterError as error:
        print(f"arbiter: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return _stopped()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if str(error) == _INTERRUPTED:
            return _stopped()
        trouble = _trouble(error)
        if trouble is None:
            raise
        print(f"arbiter: {trouble}", file=sys.stderr)
        return 1


def _stopped() -> int:
    """Says so; sheets that are half written would complain as they go."""
    sys.unraisablehook = lambda _: None
    print("arbiter: stopped; what was committed stays, the next run goes on", file=sys.stderr)
    return 1


def _print_what_the_terminal_can() -> None:
    """A letter that its encoding lacks is printed as a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _trouble(error: Exception) -> str | None:
    """What the machine or a file did, and what to do about it, in one line. None: a mistake of the program, a wrong
    statement among them: like any that was not foreseen, it shows where it was made."""
    import duckdb

    if isinstance(error, MemoryError):
        return "the memory is full: end other programs, then run it again; what was committed stays"
    ours = (
        duckdb.ProgrammingError, duckdb.DataError, duckdb.IntegrityError, duckdb.InternalError, duckdb.NotSupportedError,
    )  # fmt: skip
    if isinstance(error, ours) or not isinstance(error, (OSError, duckdb.Error)):
        return None
    said = first_line(error)
    if isinstance(error, OSError) and error.filename:
        said = f"{error.filename}: {error.strerror}"
    if any(full in said for full in _FULL):
        return f"the disk is full: make room, then run it again; what was committed stays ({said})"
    if any(unwritable in said for unwritable in _UNWRITABLE):
        return f"a file cannot be written or read: give this account the right to it, then run it again ({said})"
    return said


if __name__ == "__main__":
    sys.exit(main())

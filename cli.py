"""The command line: thin; every command is a function somewhere else, imported when somebody asks for it."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, get_args

from metrics.errors import ArbiterError, ConfigError, first_line

if TYPE_CHECKING:
    from etl.config import Desk
    from etl.publish import Published
    from metrics.profile import Profile

Parser = argparse.ArgumentParser
Options = argparse.Namespace
_FULL = ("No space left", "Disk quota exceeded")  # as the system says it
_UNWRITABLE = ("Read-only file system", "Permission denied")
_AS_OF = "ISO 8601; a date alone means the midnight that ends it"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0 done, 1 could not be done, 2 wrong usage or configuration."""
    _print_what_the_terminal_can()
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser(given).parse_args(given)
    try:
        return int(options.run(options) or 0)
    except ArbiterError as error:
        print(f"arbiter: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("arbiter: stopped; what was committed stays, the next run goes on", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        trouble = _trouble(error)
        if trouble is None:
            raise
        print(f"arbiter: {trouble}", file=sys.stderr)
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
    if any(full in said for full in _FULL):
        return f"the disk is full: make room, then run it again; what was committed stays ({said})"
    if any(unwritable in said for unwritable in _UNWRITABLE):
        return f"a file cannot be written or read: give this account the right to it, then run it again ({said})"
    return said


@dataclass(frozen=True)
class _Command:
    """A command: what it is for, what it does (exit code None: 0), the arguments of its own, and whether it takes
    `--config`, `--desk` and `--json`."""

    about: str
    run: Callable[[Options], int | None]
    arguments: Callable[[Parser], None] = lambda parser: None
    config: bool = True
    desk: bool = True
    json: bool = False


def _parser(given: Sequence[str]) -> Parser:
    parser = Parser(prog="arbiter", description="Measures a service desk from its histories.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in _COMMANDS.items():
        own = commands.add_parser(name, help=command.about, description=command.about)
        if name in given:  # what another one may be told takes its modules to say
            _add_arguments(own, command)
    return parser


def _add_arguments(parser: Parser, command: _Command) -> None:
    parser.set_defaults(run=command.run)
    if command.config:
        parser.add_argument("--config", type=Path, default=Path("arbiter.toml"), help="default arbiter.toml")
    if command.config and command.desk:
        parser.add_argument("--desk", metavar="NAME", help="default: the only one")
    if command.json:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
    command.arguments(parser)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; allowed: 1 to 65535")
    return int(text)


def _tickets(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(
            f"{text} is no number of tickets; allowed: 1 or more, or 0: as the desk usually has"
        )
    return int(text)


def _desk(options: Options) -> "Desk":
    from etl.config import load_config

    return load_config(options.config).desk(options.desk)


def instant(text: str | None, profile: "Profile", option: str = "--as-of") -> datetime:
    """The T of `--as-of`, or of another option, in UTC: now without one. Raises ConfigError for what is no instant."""
    from etl.store import utc_now
    from metrics.instant import read_instant

    try:
        return utc_now() if text is None else read_instant(text, profile)
    except ConfigError as error:
        raise ConfigError(f"{option} {error}") from None


def _known_at(options: Options, profile: "Profile") -> datetime | None:
    """The K of `--known-at`; None: all that is known now."""
    return instant(options.known_at, profile, "--known-at") if options.known_at is not None else None


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, default=str))


def _demo_arguments(parser: Parser) -> None:
    parser.add_argument("--port", type=_port, default=8501, help="the dashboard's port (default 8501)")
    parser.add_argument("--data", type=Path, default=Path("data"), help="where runs leave their data (default data)")
    parser.add_argument("--profile", default="desp", help="whose desk to simulate (default desp): a name in profiles/")
    parser.add_argument(
        "--tickets", type=_tickets, default=0, help="about how many tickets (default: as the desk usually has)"
    )
    parser.add_argument("--flavour", choices=("dc", "cloud"), default="dc", help="which Jira to simulate")
    parser.add_argument("--no-serve", action="store_true", help="stop after publishing")


def _demo(options: Options) -> int:
    from launch.demo import run_demo
    from launch.terminal import Terminal

    tickets, serve_after = options.tickets, not options.no_serve
    return run_demo(options.profile, options.data, options.port, tickets, options.flavour, serve_after, Terminal())


def _init_arguments(parser: Parser) -> None:
    parser.add_argument("--force", action="store_true", help="overwrite the one that is there")


def _init(options: Options) -> None:
    from etl.config import TEMPLATE

    if options.config.exists() and not options.force:
        raise ArbiterError(f"{options.config}: is already there: edit it, or write it anew with --force")
    options.config.write_text(TEMPLATE, encoding="utf-8")
    print(f"wrote {options.config}: name your Jira and projects in it, set the token, then run `arbiter check`")


def _check(options: Options) -> int:
    from etl.check import check_desk
    from etl.config import load_config
    from launch.terminal import Terminal

    config = load_config(options.config)
    desks = [config.desk(options.desk)] if options.desk else list(config.desks.values())
    findings = [finding for desk in desks for finding in check_desk(desk, Terminal().say)]
    if options.json:
        _print_json([asdict(f) for f in findings])
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.ok else 'FAIL'} {finding.desk}/{finding.source}: {finding.text}")
    return 0 if all(f.ok for f in findings) else 1


def _sync_arguments(parser: Parser) -> None:
    parser.add_argument("--full", action="store_true", help="read everything again, and look for what is gone")


def _sync(options: Options) -> None:
    from etl.sync import sync_and_publish
    from launch.backup import back_up_board
    from launch.terminal import Terminal

    desk = _desk(options)
    terminal = Terminal()
    back_up_board(desk, terminal.say)
    summaries, published = sync_and_publish(desk, options.full, terminal.say, terminal.count)
    if options.json:
        _print_json({"sources": [asdict(s) for s in summaries], "published": asdict(published)})
    else:
        terminal.say(_published_line(published))


def _publish_arguments(parser: Parser) -> None:
    parser.add_argument("--as-of", metavar="T", help=_AS_OF)
    parser.add_argument("--known-at", metavar="K", help="only what the store had learned by then; with --out")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the mart there and leave the current one")
    parser.add_argument("--full", action="store_true", help="compute every ticket anew")
    parser.add_argument("--wait", action="store_true", help="wait for a sync or publish that is running")


def _publish(options: Options) -> None:
    from etl.lock import only_writer
    from etl.publish import publish
    from etl.store import utc_now
    from launch.backup import back_up_board
    from launch.terminal import Terminal

    desk = _desk(options)
    profile = desk.profile()
    as_of = instant(options.as_of, profile)
    terminal = Terminal()
    if as_of > utc_now() + timedelta(days=1):  # a date alone may be today's
        terminal.say("--as-of lies in the future: what runs goes on until then as if nothing happened")
    if options.out is None:
        back_up_board(desk, terminal.say)
    with only_writer(desk.folder, options.wait, terminal.say):
        published = publish(
            desk.store, desk.mart_dir, profile, as_of,
            out=options.out, known_at=_known_at(options, profile), full=options.full, deployments=desk.deployments,
            count=terminal.count,
        )  # fmt: skip
    if options.json:
        _print_json(asdict(published))
    else:
        print(_published_line(published))


def _published_line(published: "Published") -> str:
    known = f" as known at {published.known_at:%Y-%m-%d %H:%M:%S} UTC" if published.known_at else ""
    return (
        f"{published.path}: as of {published.as_of:%Y-%m-%d %H:%M:%S} UTC{known}, {published.tickets} tickets, "
        f"{published.excluded} left out, {published.recomputed} recomputed"
    )


def _explain_arguments(parser: Parser) -> None:
    parser.add_argument("key", metavar="KEY")
    parser.add_argument("--as-of", metavar="T", help=_AS_OF)
    parser.add_argument("--known-at", metavar="K", help="only what the store had learned by then")


def _explain(options: Options) -> None:
    from reports.explain import explanation_text

    desk = _desk(options)
    profile = desk.profile()
    if options.as_of is None and options.known_at is None:
        explanation = _explained_now(desk, options.key, profile)
    else:
        as_of, known_at = instant(options.as_of, profile), _known_at(options, profile)
        explanation = _explained_from_store(desk, options.key, profile, as_of, known_at)
    if options.json:
        _print_json(explanation)
    else:
        print(explanation_text(explanation, profile))


def _explained_now(desk: "Desk", key: str, profile: "Profile") -> dict[str, Any]:
    """From the current mart; a key that no ticket has any more is looked up in the store."""
    from reports.explain import NoSuchTicket, as_of_mart, explain_ticket

    mart = _published(desk)
    with _reading(mart):
        try:
            return explain_ticket(mart, key, profile)
        except NoSuchTicket:
            as_of = as_of_mart(mart)
    return _explained_from_store(desk, key, profile, as_of)


def _explained_from_store(
    desk: "Desk", key: str, profile: "Profile", as_of: datetime, known_at: datetime | None = None
) -> dict[str, Any]:
    from etl.publish import publish
    from reports.explain import EXPLAINED, explain_ticket

    out = desk.folder / "tmp" / f"explain-{os.getpid()}.duckdb"
    try:
        publish(desk.store, desk.mart_dir, profile, as_of, out=out, known_at=known_at, only_key=key, tables=EXPLAINED)
        return explain_ticket(out, key, profile, only_one=True)
    finally:
        out.unlink(missing_ok=True)


def _published(desk: "Desk") -> Path:
    """The current mart. Raises ArbiterError when there is none."""
    from etl.marts import current_mart

    mart = current_mart(desk.mart_dir)
    if mart is None:
        pointer = desk.mart_dir / "current"
        if pointer.exists():
            raise ArbiterError(f"{pointer}: names no mart that is there: run `arbiter publish`")
        raise ArbiterError(f"{desk.mart_dir}: nothing was published yet: run `arbiter sync` first")
    return mart


@contextmanager
def _reading(mart: Path) -> Iterator[None]:
    """Raises ArbiterError when the mart is damaged, or was made by a version of the program that made others."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise ArbiterError(
            f"{mart}: cannot be read: `arbiter publish --full` makes it anew ({first_line(error)})"
        ) from error


def _reconcile(options: Options) -> None:
    from reports.reconcile import reconcile_sources, reconciliation_text

    desk = _desk(options)
    mart = _published(desk)
    with _reading(mart):
        result = reconcile_sources(mart)
    if options.json:
        _print_json(result)
    else:
        print(reconciliation_text(result, desk.profile()))


def _whatif_arguments(parser: Parser) -> None:
    parser.add_argument("--profile", required=True, metavar="NEW.toml", help="the profile to try: a path, or a name")
    parser.add_argument("--as-of", metavar="T", help=_AS_OF)


def _whatif(options: Options) -> None:
    from etl.lock import only_writer
    from etl.publish import publish
    from launch.terminal import Terminal
    from metrics.profile import load_profile
    from reports.whatif import compare_marts, untold, whatif_text

    desk = _desk(options)
    present, other = desk.profile(), load_profile(options.profile)
    as_of, terminal = instant(options.as_of, present), Terminal()
    with only_writer(desk.folder), TemporaryDirectory(prefix="whatif-", dir=desk.folder) as folder:
        before, after = (
            publish(
                desk.store, desk.mart_dir, profile, as_of,
                out=Path(folder, f"{name}.duckdb"), deployments=desk.deployments, count=terminal.count,
            )
            for name, profile in (("before", present), ("after", other))
        )  # fmt: skip
        comparison = compare_marts(before.path, after.path) | {"notes": untold(present, other)}
    if options.json:
        _print_json(comparison)
    else:
        print(whatif_text(comparison, present, other))


def _report_arguments(parser: Parser) -> None:
    from launch.reporting import kinds_text
    from metrics.profile import Role

    parser.add_argument("words", nargs="+", metavar="[diff|again] KIND PERIOD", help=kinds_text())
    parser.add_argument("--as-of", metavar="T", help="ISO 8601; default: the end of the period")
    parser.add_argument(
        "--role", action="append", choices=get_args(Role), help="for whom; default: the desk's own roles"
    )
    parser.add_argument("--board", metavar="NAME", default="", help="of arb: which board of the profile; default: arb")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to; default: data/<desk>/reports")
    parser.add_argument("--freeze", action="store_true", help="archive it with all that it was made from")


def _report(options: Options) -> None:
    from launch.reporting import again, difference, publisher, report_request, wanted_report
    from launch.terminal import Terminal
    from reports.kinds import make_report
    from reports.restatement_text import restatement_json, restatement_text
    from sight.opening import DESK

    desk, terminal = _desk(options), Terminal()
    wanted = wanted_report(options.words)
    roles = frozenset(options.role or DESK)
    request = report_request(desk, wanted.kind, wanted.period, options.as_of, roles, options.board)
    out = options.out or desk.folder / "reports"
    if wanted.of_frozen == "diff":
        found = difference(desk, request, terminal)
        if options.json:
            _print_json(restatement_json(found))
        else:
            print(restatement_text(found, request.profile))
        return
    entry = None
    if wanted.of_frozen:
        files = again(desk, request, out, terminal)
    else:
        files, entry = make_report(request, publisher(desk, terminal), out, terminal.count, options.freeze)
    if options.json:
        _print_json(
            {"kind": wanted.kind, "period": wanted.period}
            | {"as_of": request.as_of, "files": files, "frozen": entry and entry.folder}
        )
    else:
        print("\n".join(map(str, [*files, *([entry.folder] if entry else [])])))


def _serve_arguments(parser: Parser) -> None:
    from launch.dashboard import LOOPBACK

    parser.add_argument("--port", type=_port, default=8501)
    parser.add_argument("--host", default=LOOPBACK, help=f"where to listen (default {LOOPBACK}); others need [auth]")


def _serve(options: Options) -> int:
    from etl.config import load_config
    from launch.dashboard import serve_dashboard
    from launch.terminal import Terminal

    return serve_dashboard(load_config(options.config), options.host, options.port, Terminal().say)


_COMMANDS = {
    "demo": _Command("simulate a desk, sync it, publish, open the dashboard", _demo, _demo_arguments, config=False),
    "init": _Command("write a commented arbiter.toml", _init, _init_arguments, desk=False),
    "check": _Command("configuration, sources, rights, field mapping, statuses unmapped", _check, json=True),
    "sync": _Command("pull every source into the store, then publish", _sync, _sync_arguments, json=True),
    "publish": _Command("build a mart from the store", _publish, _publish_arguments, json=True),
    "explain": _Command("a ticket's clocks, segment by segment", _explain, _explain_arguments, json=True),
    "whatif": _Command("what another profile would change; publishes nothing", _whatif, _whatif_arguments, json=True),
    "reconcile": _Command("our figures beside the source's own, and why they differ", _reconcile, json=True),
    "report": _Command("a report as files, as of the end of its period", _report, _report_arguments, json=True),
    "serve": _Command("the dashboard", _serve, _serve_arguments, desk=False),
}


if __name__ == "__main__":
    sys.exit(main())

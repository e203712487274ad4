"""The errors a user can meet: one clear sentence each, and the exit code of the command that met it."""


class ArbiterError(Exception):
    """It could not be done: the message says what, where, and what to do."""

    exit_code = 1


class ConfigError(ArbiterError):
    """Wrong usage or configuration: the message names file, key, value and what is allowed."""

    exit_code = 2


def first_line(error: Exception) -> str:
    """What a library says went wrong, without the lines that only help those who write the program; if it says nothing,
    what it calls the error."""
    return next(iter(str(error).splitlines()), type(error).__name__)

"""The words of the command line: which commands there are, and what each may be told. None is imported before it is named."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from etl.usual_config import USUAL_CONFIG

_MOST_TICKETS = 1_000_000  # takes an hour, and all of the memory
_AS_OF = "ISO 8601; a date alone means the midnight that ends it"


@dataclass(frozen=True)
class _Command:
    """A command: what it is for, the arguments of its own, what `--config` and `--desk` are without being named, and
    whether it takes `--json`."""

    about: str
    arguments: Callable[[ArgumentParser], None] = lambda parser: None
    json: bool = False
    config: Path | None = USUAL_CONFIG
    desk: str = "the only one"


def command_line(given: Sequence[str]) -> ArgumentParser:
    """What reads the words that were given; `command` is the name of the command, and of its module here."""
    parser = ArgumentParser(prog="arbiter", description="Measures a service desk from its histories.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in _COMMANDS.items():
        own = commands.add_parser(name, help=command.about, description=command.about)
        if name in given:  # what another one may be told takes its modules to say
            _add_arguments(own, command)
    return parser


def _add_arguments(parser: ArgumentParser, command: _Command) -> None:
    file = command.config or "demo.toml, where the data lies"
    parser.add_argument("--config", type=Path, default=command.config, metavar="FILE", help=f"default {file}")
    parser.add_argument("--desk", metavar="NAME", help=f"default: {command.desk}")
    if command.json:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
    command.arguments(parser)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ArgumentTypeError(f"{text} is no port; allowed: 1 to 65535")
    return int(text)


def _tickets(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_TICKETS:
        raise ArgumentTypeError(
            f"{text} is no number of tickets; allowed: 1 to {_MOST_TICKETS}, or 0: as the desk usually has"
        )
    return int(text)


def _demo(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=8501, help="the dashboard's port (default 8501)")
    parser.add_argument("--data", type=Path, default=Path("data"), help="where runs leave their data (default data)")
    parser.add_argument("--profile", default="desp", help="whose desk to simulate (default desp): a name in profiles/")
    parser.add_argument(
        "--tickets", type=_tickets, default=0, help="about how many tickets (default: as the desk usually has)"
    )
    parser.add_argument("--flavour", choices=("dc", "cloud"), default="dc", help="which Jira to simulate (default dc)")
    parser.add_argument("--no-serve", action="store_true", help="stop after publishing")


def _init(parser: ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="overwrite the one that is there")


def _sync(parser: ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="read everything again, and look for what is gone")


def _publish(parser: ArgumentParser) -> None:
    parser.add_argument("--as-of", metavar="T", help=_AS_OF)
    parser.add_argument("--known-at", metavar="K", help="only what the store had learned by then; with --out")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the mart there and leave the current one")
    parser.add_argument("--full", action="store_true", help="compute every ticket anew")
    parser.add_argument("--wait", action="store_true", help="wait for a sync or publish that is running")


def _explain(parser: ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="or its ticket_id, where two sources have the key: jira/10001")
    parser.add_argument("--as-of", metavar="T", help=_AS_OF)
    parser.add_argument("--known-at", metavar="K", help="only what the store had learned by then")


def _whatif(parser: ArgumentParser) -> None:
    parser.add_argument("--profile", required=True, metavar="NEW.toml", help="the profile to try: a path, or a name")
    parser.add_argument("--as-of", metavar="T", help=_AS_OF)


def _report(parser: ArgumentParser) -> None:
    from launch.reporting import kinds_text
    from metrics.profile import Role

    parser.usage = f"{parser.prog} [options] [diff|again] KIND PERIOD"
    parser.add_argument("words", nargs="+", metavar="KIND PERIOD", help=kinds_text())
    parser.add_argument("--as-of", metavar="T", help="ISO 8601; default: the end of the period")
    parser.add_argument(
        "--role", action="append", choices=get_args(Role), help="for whom; default: the desk's own roles"
    )
    parser.add_argument("--board", metavar="NAME", default="", help="of arb: which board of the profile; default: arb")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to; default: data/<desk>/reports")
    parser.add_argument("--freeze", action="store_true", help="archive it with all that it was made from")


def _serve(parser: ArgumentParser) -> None:
    from sight.loopback import LOOPBACK

    parser.add_argument("--port", type=_port, default=8501, help="the dashboard's port (default 8501)")
    parser.add_argument("--host", default=LOOPBACK, help=f"where to listen (default {LOOPBACK}); others need [auth]")


_COMMANDS = {
    "demo": _Command(
        "simulate a desk, sync it, publish, open the dashboard", _demo, config=None, desk="the profile's name"
    ),
    "init": _Command("write a commented arbiter.toml", _init, desk="desp"),
    "check": _Command(
        "configuration, sources, rights, field mapping, statuses unmapped", json=True, desk="all of them"
    ),
    "sync": _Command("pull every source into the store, then publish", _sync, json=True),
    "publish": _Command("build a mart from the store", _publish, json=True),
    "explain": _Command("a ticket's clocks, segment by segment", _explain, json=True),
    "whatif": _Command("what another profile would change; publishes nothing", _whatif, json=True),
    "reconcile": _Command("our figures beside the source's own, and why they differ", json=True),
    "report": _Command("a report as files, as of the end of its period", _report, json=True),
    "serve": _Command("the dashboard", _serve, desk="all of them"),
}

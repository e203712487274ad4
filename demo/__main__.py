"""`python -m demo serve`: the simulated Jira by itself, to point a source, a browser or curl at."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import UTC, datetime

from demo.desk import simulate
from demo.faults import KINDS, Faults
from demo.server import Credentials, RunningServer, serve
from demo.site import JiraSite
from metrics.errors import ArbiterError, ConfigError


def main(arguments: list[str] | None = None) -> int:
    """Serves until interrupted; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        server = start(options)
    except ArbiterError as error:
        print(f"demo: {error}", file=sys.stderr)
        return error.exit_code
    account = Credentials()
    print(f"Jira ({options.flavour}) with {len(server.site.issues)} issues on {server.url}", flush=True)
    print(f"user {account.user}, token {account.token}; stop with Ctrl-C", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.stop()
    return 0


def start(options: argparse.Namespace) -> RunningServer:
    """The server that the options ask for; raises `ArbiterError` for a taken port, a bad file, date or fault."""
    try:
        faults = Faults.parse(options.faults)
    except ValueError as error:
        raise ConfigError(f"--faults {options.faults}: {error}") from None
    site = _site(options)
    try:
        return serve(site, options.flavour, options.port, faults)
    except OSError:
        raise ArbiterError(f"Port {options.port} on 127.0.0.1 is taken; choose another with --port.") from None


def _site(options: argparse.Namespace) -> JiraSite:
    if options.issues:
        try:
            return JiraSite.from_issue_file(options.issues)
        except (OSError, ValueError) as error:
            raise ArbiterError(f"{options.issues} cannot be read as issues, one JSON object a line: {error}") from None
    until = options.until or datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return simulate(seed=options.seed, until=until, tickets=options.tickets)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo")
    command = parser.add_subparsers(required=True).add_parser("serve", help="serve a simulated Jira on loopback")
    command.add_argument("--port", type=int, default=8765, help="0: any free one")
    command.add_argument("--flavour", choices=("dc", "cloud"), default="dc")
    command.add_argument(
        "--faults", default="", help="kind[=value][@path][*times][+skip],… or 5%%; " + ", ".join(KINDS)
    )
    command.add_argument("--seed", type=int, default=7)
    command.add_argument("--tickets", type=int, default=3000)
    command.add_argument("--until", type=_instant, help="ISO 8601; default: now, cut to the hour")
    command.add_argument("--issues", help="serve the issues of this file (.jsonl, .gz) and simulate nothing")
    return parser


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())

"""The embedded demo: a simulated desk, pulled like any other; that of DESP stands behind a real Jira REST surface."""

import os
from datetime import UTC, datetime
from pathlib import Path

from demo.desk import simulate
from demo.event_log import write_event_log
from demo.plan import load_plan, plan_names
from demo.server import Credentials, serve
from demo.shapes import Flavour
from etl.config import Desk, load_config, secret_prefix
from etl.sync import sync_and_publish
from launch.backup import back_up_board
from launch.dashboard import need_port, serve_dashboard
from launch.demo_config import files_config, jira_config
from launch.terminal import Terminal
from metrics.errors import ConfigError
from sight.loopback import LOOPBACK

_LAST_PORT = 65535
_DESP = "desp"


def demo_profiles() -> list[str]:
    """The profiles that have a simulated desk."""
    return [_DESP, *plan_names()]


def run_demo(
    profile: str, data: Path, port: int, tickets: int, flavour: Flavour, serve_after: bool, terminal: Terminal
) -> int:
    """Simulate the desk of a profile, sync it, publish; then the dashboard. Returns the exit code.

    The simulated histories end now and only grow from run to run, so a second run pulls what is new. The simulated
    Jira of DESP listens on the port after the dashboard's and stays up with it, since tickets link to it. The other
    desks leave an event log, which is read as files. `tickets` 0: as many as the desk usually has. Raises ConfigError for
    a profile without a simulated desk, ArbiterError when a port is taken.
    """
    if profile not in demo_profiles():
        raise ConfigError(f"--profile {profile}: has no simulated desk; allowed: {', '.join(demo_profiles())}")
    need_port(port)
    until = datetime.now(UTC).replace(second=0, microsecond=0)
    if profile != _DESP:
        desk = _logged(profile, data, until, tickets, terminal)
        return _shown(desk, data, port, serve_after, terminal)
    if port == _LAST_PORT:
        raise ConfigError(f"--port {port}: the simulated Jira takes the port after it; allowed: up to {_LAST_PORT - 1}")
    need_port(port + 1)
    terminal.say(f"demo: simulating about {tickets or 3000} tickets of the DESP service desk up to now")
    server = serve(simulate(until=until, tickets=tickets or 3000), flavour=flavour, port=port + 1)
    try:
        terminal.say(f"demo: pulling from the simulated Jira on {server.url}")
        return _shown(_behind_jira(data, server.url, flavour), data, port, serve_after, terminal)
    finally:
        server.stop()


def _shown(desk: Desk, data: Path, port: int, serve_after: bool, terminal: Terminal) -> int:
    back_up_board(desk, terminal.say)
    _, published = sync_and_publish(desk, False, terminal.say, terminal.count)
    terminal.say(f"demo: published {published.tickets} tickets, {published.excluded} left out, as of now")
    return serve_dashboard(load_config(data / "demo.toml"), LOOPBACK, port, terminal.say) if serve_after else 0


def _behind_jira(data: Path, url: str, flavour: Flavour) -> Desk:
    """Write demo.toml and set the secrets of the simulated Jira in the environment."""
    account, prefix = Credentials(), secret_prefix(_DESP, "jira")
    os.environ[f"{prefix}_TOKEN"] = account.token
    os.environ[f"{prefix}_USER"] = account.user if flavour == "cloud" else ""
    return _configured(data, _DESP, jira_config(url))


def _logged(profile: str, data: Path, until: datetime, tickets: int, terminal: Terminal) -> Desk:
    """Write the event log of the desk, and demo.toml."""
    plan, log = load_plan(profile), data / f"demo-{profile}.csv"
    data.mkdir(parents=True, exist_ok=True)
    terminal.say(f"demo: simulating about {tickets or plan.tickets} tickets of the desk {profile} up to now")
    columns = write_event_log(plan, until, log, tickets)
    return _configured(data, profile, files_config(profile, log.name, columns))


def _configured(data: Path, desk: str, text: str) -> Desk:
    data.mkdir(parents=True, exist_ok=True)
    config = data / "demo.toml"
    config.write_text(text, encoding="utf-8")
    return load_config(config).desk(desk)

"""The embedded demo: a simulated desk, pulled like any other; that of DESP stands behind a real Jira REST surface."""

import os
from datetime import UTC, datetime
from pathlib import Path

from demo.desk import simulate
from demo.event_log import write_event_log
from demo.plan import load_plan, plan_names
from demo.server import Credentials, serve
from demo.shapes import Flavour
from etl.config import Desk, desk_name, load_config, secret_prefix
from etl.sync import sync_and_publish
from launch.backup import back_up_board
from launch.dashboard import need_port, serve_dashboard
from launch.demo_config import Place, files_config, jira_config
from launch.terminal import Terminal
from metrics.errors import ConfigError
from sight.loopback import LOOPBACK

_LAST_PORT = 65535
_DESP = "desp"


def demo_profiles() -> list[str]:
    """The profiles that have a simulated desk."""
    return [_DESP, *plan_names()]


def run_demo(
    profile: str, data: Path, port: int, tickets: int, flavour: Flavour, serve_after: bool, terminal: Terminal,
    config: Path | None = None, desk: str | None = None,
) -> int:  # fmt: skip
    """Simulate the desk of a profile, sync it, publish; then the dashboard. Returns the exit code.

    The simulated histories end now and only grow from run to run, so a second run pulls what is new. The simulated
    Jira of DESP listens on the port after the dashboard's and stays up with it, since tickets link to it. The other
    desks leave an event log, which is read as files. `tickets` 0: as many as the desk usually has. The configuration is
    written to `config` (None: `demo.toml` in `data`), for a desk called `desk` (None: as the profile). Raises ConfigError for
    a profile without a simulated desk, a name that no desk can have, or a configuration that is not the demo's;
    ArbiterError when a port is taken.
    """
    if profile not in demo_profiles():
        raise ConfigError(f"--profile {profile}: has no simulated desk; allowed: {', '.join(demo_profiles())}")
    place = Place(config or data / "demo.toml", data, desk_name(desk or profile))
    place.need_own_configuration()
    need_port(port)
    until = datetime.now(UTC).replace(second=0, microsecond=0)
    if profile != _DESP:
        return _shown(_logged(profile, place, until, tickets, terminal), place, port, serve_after, terminal)
    if port == _LAST_PORT:
        raise ConfigError(f"--port {port}: the simulated Jira takes the port after it; allowed: up to {_LAST_PORT - 1}")
    need_port(port + 1)
    terminal.say(f"demo: simulating about {tickets or 3000} tickets of the DESP service desk up to now")
    server = serve(simulate(until=until, tickets=tickets or 3000), flavour=flavour, port=port + 1)
    try:
        terminal.say(f"demo: pulling from the simulated Jira on {server.url}")
        return _shown(_behind_jira(place, server.url, flavour), place, port, serve_after, terminal)
    finally:
        server.stop()


def _shown(desk: Desk, place: Place, port: int, serve_after: bool, terminal: Terminal) -> int:
    back_up_board(desk, terminal.say)
    _, published = sync_and_publish(desk, False, terminal.say, terminal.count)
    terminal.say(f"demo: published {published.tickets} tickets, {published.excluded} left out, as of now")
    return serve_dashboard(load_config(place.config), LOOPBACK, port, terminal.say) if serve_after else 0


def _behind_jira(place: Place, url: str, flavour: Flavour) -> Desk:
    """Write the configuration, and set the secrets of the simulated Jira in the environment."""
    account, prefix = Credentials(), secret_prefix(place.desk, "jira")
    os.environ[f"{prefix}_TOKEN"] = account.token
    os.environ[f"{prefix}_USER"] = account.user if flavour == "cloud" else ""
    return place.configure(jira_config(place, url))


def _logged(profile: str, place: Place, until: datetime, tickets: int, terminal: Terminal) -> Desk:
    """Write the event log of the desk, and the configuration."""
    plan, log = load_plan(profile), place.data / f"demo-{profile}.csv"
    place.data.mkdir(parents=True, exist_ok=True)
    terminal.say(f"demo: simulating about {tickets or plan.tickets} tickets of the desk {profile} up to now")
    columns = write_event_log(plan, until, log, tickets)
    return place.configure(files_config(place, profile, log, columns))

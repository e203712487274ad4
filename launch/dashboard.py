"""Start the dashboard: Streamlit as a child process, on loopback unless people sign in."""

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.config import Config, sign_in_secrets
from metrics.errors import ArbiterError, ConfigError
from sight.loopback import LOOPBACK, is_loopback

_WEB = Path(__file__).resolve().parent.parent / "web.py"


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether something can listen on this port of that address. Raises ConfigError for one that is not this machine's."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, UnicodeError) as error:
            if isinstance(error, (socket.gaierror, UnicodeError)) or error.errno == errno.EADDRNOTAVAIL:
                raise ConfigError(f"--host {host}: no address of this machine; allowed: such as {LOOPBACK}") from None
            return False
    return True


def need_port(port: int, host: str = LOOPBACK) -> None:
    """Raises ArbiterError when the port is taken, ConfigError when the address is not one of this machine."""
    if not port_is_free(port, host):
        raise ArbiterError(f"port {port} on {host} is taken: stop what runs there, or choose another with --port")


def serve_dashboard(config: Config, host: str, port: int, say: Callable[[str], None], desk: str | None = None) -> int:
    """Run the dashboard, of all desks or of one, until it is stopped, by Ctrl-C or SIGTERM: it ends with this process.
    Returns its exit code.

    Raises ArbiterError when the port is taken, ConfigError when others could come in without signing in, when the
    secrets for signing in are missing, or when the host is not this machine.
    """
    if config.auth is None and not is_loopback(host):
        raise ConfigError(
            f"--host {host}: others could look in without signing in; allowed: {LOOPBACK}, or any with [auth] in "
            f"{config.path}"
        )
    if config.auth:
        sign_in_secrets()
    need_port(port, host)
    shown = f"[{host}]" if ":" in host else host
    say(f"dashboard: open {config.auth.address if config.auth else f'http://{shown}:{port}'} (stop with Ctrl-C)")
    command = [
        sys.executable, "-m", "streamlit", "run", str(_WEB), "--server.address", host, "--server.port", str(port),
        "--server.headless", "true", "--browser.gatherUsageStats", "false", "--client.toolbarMode", "viewer",
    ]  # fmt: skip
    about = {
        "ARBITER_CONFIG": str(config.path.resolve()), "ARBITER_CONFIG_SAID": str(config.path), "ARBITER_DESK": desk or "",
        "ARBITER_ENDS_WITH_STDIN": "1",
    }  # fmt: skip
    with _sigterm_as_ctrl_c():
        process = subprocess.Popen(
            command, cwd=_WEB.parent, env=os.environ | about, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            return 0


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    """A service manager stops with SIGTERM, which would end this process alone and leave the dashboard on its port."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

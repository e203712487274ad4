"""Start the dashboard: Streamlit on loopback, as a child process."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from metrics.errors import ArbiterError

HOST = "127.0.0.1"
_APP = Path(__file__).resolve().parent.parent / "app.py"


def port_is_free(port: int) -> bool:
    """Whether something can listen on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def need_port(port: int) -> None:
    """Raises ArbiterError when the port is taken."""
    if not port_is_free(port):
        raise ArbiterError(f"port {port} on {HOST} is taken: stop what runs there, or choose another with --port")


def serve_dashboard(config: Path, port: int, say: Callable[[str], None]) -> int:
    """Run the dashboard until it is stopped. Returns its exit code. Raises ArbiterError when the port is taken."""
    need_port(port)
    say(f"dashboard: open http://{HOST}:{port} (stop with Ctrl-C)")
    command = [
        sys.executable, "-m", "streamlit", "run", str(_APP), "--server.address", HOST, "--server.port", str(port),
        "--server.headless", "true", "--browser.gatherUsageStats", "false", "--client.toolbarMode", "viewer",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=_APP.parent, env={**os.environ, "ARBITER_CONFIG": str(config.resolve())},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        return 0

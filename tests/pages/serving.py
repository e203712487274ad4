"""The dashboard as a process of its own, on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Serving:
    """Streamlit on a port, over the configuration in `home`, ended by its own process id."""

    def __init__(self, home: Path, port: int, **secrets: str) -> None:
        self.home, self.port, self.secrets = home, port, secrets

    def __enter__(self) -> str:
        port = self.port
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "web.py"), "--server.port", str(port)]
        about = {"ARBITER_CONFIG": str(self.home / "arbiter.toml"), "PYTHONPATH": str(ROOT), **self.secrets}
        environment = os.environ | about
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self._wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _wait_for(self, address: str) -> None:
        for _ in range(150):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None, (self.home / "log").read_text()
                time.sleep(0.2)
        raise AssertionError("the dashboard did not start")

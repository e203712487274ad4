"""`arbiter demo`: simulate a desk, sync it, publish, open the dashboard."""

from argparse import Namespace

from launch.demo import run_demo
from launch.terminal import Terminal


def run(options: Namespace) -> int:
    """Returns the dashboard's exit code; 0 without one. Raises what `run_demo` does."""
    return run_demo(
        options.profile, options.data, options.port, options.tickets, options.flavour, not options.no_serve, Terminal(),
        options.config, options.desk,
    )  # fmt: skip

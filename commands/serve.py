"""`arbiter serve`: the dashboard."""

from argparse import Namespace

from etl.config import load_config
from launch.dashboard import serve_dashboard
from launch.terminal import Terminal


def run(options: Namespace) -> int:
    """Returns the dashboard's exit code once it was stopped. Raises what `serve_dashboard` does."""
    return serve_dashboard(load_config(options.config), options.host, options.port, Terminal().say)

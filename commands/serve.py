"""`arbiter serve`: the dashboard."""

from argparse import Namespace

from etl.config import load_config
from launch.dashboard import serve_dashboard
from launch.terminal import Terminal


def run(options: Namespace) -> int:
    """Returns the dashboard's exit code once it was stopped. Raises what `serve_dashboard` does, ConfigError for a desk
    that is not there."""
    config = load_config(options.config)
    desk = None if options.desk is None else config.desk(options.desk).name
    return serve_dashboard(config, options.host, options.port, Terminal().say, desk)

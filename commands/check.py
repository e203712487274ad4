"""`arbiter check`: configuration, sources, rights, field mapping, statuses unmapped."""

from argparse import Namespace
from dataclasses import asdict

from commands.output import print_json
from etl.check import check_desk
from etl.config import load_config
from launch.terminal import Terminal


def run(options: Namespace) -> int:
    """Print a line a finding, of every desk or of the one that was named. Returns 1 when something needs somebody, else
    0. Raises ConfigError when the configuration or a profile is wrong."""
    config = load_config(options.config)
    desks = [config.desk(options.desk)] if options.desk else list(config.desks.values())
    findings = [finding for desk in desks for finding in check_desk(desk, Terminal().say)]
    if options.json:
        print_json([asdict(f) for f in findings])
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.ok else 'FAIL'} {finding.desk}/{finding.source}: {finding.text}")
    return 0 if all(f.ok for f in findings) else 1

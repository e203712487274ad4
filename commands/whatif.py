"""`arbiter whatif`: what another profile would change; publishes nothing."""

from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from commands.desk import as_of, desk_of
from commands.output import print_json
from etl.lock import only_writer
from etl.publish import publish
from etl.store import utc_now
from launch.terminal import Terminal
from profiles import load_profile
from reports.whatif import compare_marts, untold, whatif_text


def run(options: Namespace) -> None:
    """Print the comparison of two passing marts, with the desk's profile and with the other one. Raises ConfigError for
    a profile or an instant that is none, and what `publish` does."""
    desk = desk_of(options)
    present, other = desk.profile(), load_profile(options.profile)
    at, terminal = as_of(options, present) or utc_now(), Terminal()
    with only_writer(desk.folder), TemporaryDirectory(prefix="whatif-", dir=desk.folder) as folder:
        before, after = (
            publish(
                desk.store, desk.mart_dir, profile, at,
                out=Path(folder, f"{name}.duckdb"), deployments=desk.deployments, count=terminal.count,
            )
            for name, profile in (("before", present), ("after", other))
        )  # fmt: skip
        comparison = compare_marts(before.path, after.path) | {"notes": untold(present, other)}
    if options.json:
        print_json(comparison)
    else:
        print(whatif_text(comparison, present, other))

"""`arbiter publish`: build a mart from the store."""

from argparse import Namespace
from dataclasses import asdict

from commands.desk import as_of, desk_of, known_at
from commands.output import print_json, published_line
from etl.lock import only_writer
from etl.publish import publish
from etl.store import utc_now
from launch.backup import back_up_board
from launch.terminal import Terminal


def run(options: Namespace) -> None:
    """Publish, with the board backed up unless the mart goes elsewhere, and print which mart it is. Raises ConfigError
    for an instant that is none, and what `publish` does."""
    desk = desk_of(options)
    profile = desk.profile()
    at = as_of(options, profile) or utc_now()
    terminal = Terminal()
    if options.out is None:
        back_up_board(desk, terminal.say)
    with only_writer(desk.folder, options.wait, terminal.say):
        published = publish(
            desk.store, desk.mart_dir, profile, at,
            out=options.out, known_at=known_at(options, profile), full=options.full, deployments=desk.deployments,
            count=terminal.count,
        )  # fmt: skip
    if options.json:
        print_json(asdict(published))
    else:
        print(published_line(published))

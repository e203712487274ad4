"""`arbiter sync`: pull every source into the store, then publish."""

from argparse import Namespace
from dataclasses import asdict

from commands.desk import desk_of
from commands.output import print_json, published_line
from etl.sync import sync_and_publish
from launch.backup import back_up_board
from launch.terminal import Terminal


def run(options: Namespace) -> None:
    """Back up the board, sync, publish; say what was published, or print it as JSON with what each source gave. Raises
    what `sync_and_publish` does."""
    desk = desk_of(options)
    terminal = Terminal()
    back_up_board(desk, terminal.say)
    summaries, published = sync_and_publish(desk, options.full, terminal.say, terminal.count)
    if options.json:
        print_json({"sources": [asdict(s) for s in summaries], "published": asdict(published)})
    else:
        print(published_line(published))

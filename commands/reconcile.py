"""`arbiter reconcile`: our figures beside the source's own, and why they differ."""

from argparse import Namespace

from commands.desk import desk_of, published_mart, reading
from commands.output import print_json
from reports.reconcile import reconcile_sources, reconciliation_text


def run(options: Namespace) -> None:
    """Print the comparison that the current mart holds. Raises ArbiterError when there is none or it cannot be read."""
    desk = desk_of(options)
    mart = published_mart(desk)
    with reading(mart):
        result = reconcile_sources(mart)
    if options.json:
        print_json(result)
    else:
        print(reconciliation_text(result, desk.profile()))

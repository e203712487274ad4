"""How long users waited, by hand (AMP-L1): chains side by side, per month of closing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from metrics.breakdown import DIMENSIONS
from metrics.chain_part import PARTS
from tests.naive.examples import desk_ticket, moves
from tests.naive.history import Link, Ticket
from tests.story import views

HOUR = 3600
SEPTEMBER = date(2025, 9, 1)


def waited(key: str, *path: str, service: str = "Data Lake") -> Ticket:
    """A ticket of Monday 1 September 09:00 that went its way."""
    return desk_ticket("1 09:00", *moves("OPEN", *path), key=key, status=path[-1].split(" ", 2)[2], service=service)


# desk 1 h, champion 2 h, confirmation 1 h · desk 3 h, user 20 h (5 working), confirmation 4 h · champion until T
SHORT = waited("DSD-1", "1 10:00 TO DO", "1 12:00 DONE", "1 13:00 CLOSED")
LONG = waited("DSD-2", "1 12:00 ON GOING", "2 08:00 DONE", "2 12:00 CLOSED", service="Portal")
OPEN = waited("DSD-3", "1 10:00 TO DO")


def test_the_example(tmp_path: Path) -> None:
    told = waited("DSD-1", "1 11:00 DELEGATED", "2 09:00 DONE", "2 10:00 CLOSED")
    ask = views(tmp_path, "5 09:00", told)
    columns = "seconds, working_seconds, desk_seconds, provider_seconds, provider_working_seconds, confirmation_seconds"
    assert ask("chain_span", columns) == [tuple(h * HOUR for h in (25, 9, 2, 22, 6, 1))]


def test_sums_and_medians_per_month_count_every_chain(tmp_path: Path) -> None:
    ask = views(tmp_path, "3 09:00", SHORT, LONG, OPEN)
    columns = (
        "month, chains, seconds, desk_seconds, user_seconds, user_working_seconds, median_seconds, median_user_seconds"
    )
    assert ask("chain_wait", columns, "dimension = 'all'") == [
        (SEPTEMBER, 2, 31 * HOUR, 4 * HOUR, 20 * HOUR, 5 * HOUR, 4 * HOUR, 0),
        (None, 1, 48 * HOUR, HOUR, 0, 0, 48 * HOUR, 0),  # still waiting, in no month
    ]
    per_service = ask("chain_wait", "value, chains, seconds", "dimension = 'service' AND month IS NOT NULL")
    assert per_service == [("Data Lake", 1, 4 * HOUR), ("Portal", 1, 27 * HOUR)]


def test_every_dimension_holds_all_chains_and_parts_add_up(tmp_path: Path) -> None:
    ask = views(tmp_path, "3 09:00", SHORT, LONG, OPEN)
    for time in ("seconds", "working_seconds"):
        parts = " + ".join(f"{part}_{time}" for part in PARTS)
        assert ask("chain_wait", "dimension", f"{time} <> {parts}") == []
    totals = {name: sum(n for d, n in ask("chain_wait", "dimension, chains") if d == name) for name in DIMENSIONS}
    assert totals == dict.fromkeys(DIMENSIONS, 3)


def test_a_chain_counts_once_with_its_root(tmp_path: Path) -> None:
    root = replace(SHORT, links=(Link("is cloned by", "jira/10001", "DSP-9"),))
    clone = waited("DSP-9", "1 10:00 TO DO", service="Portal")
    ask = views(tmp_path, "3 09:00", root, replace(clone, links=(Link("clones", "jira/10000", "DSD-1"),)))
    assert ask("chain_span", "key, closed_month") == [("DSD-1", SEPTEMBER)]

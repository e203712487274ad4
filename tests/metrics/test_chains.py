"""Chains of clones by hand, and who held the user's problem (AMP-L1).

The ordinary week is Monday 1 to Friday 5 September 2025, in Rome; the desk is open from 09:00 to 17:00.
"""

from pathlib import Path

import pytest

from tests.naive.examples import change, clones, is_cloned_by, moves
from tests.naive.examples import faultless as ticket
from tests.story import NWH, views


@pytest.mark.rule("AMP-L1")
def test_a_chain_split_by_who_held_it(tmp_path: Path) -> None:
    path = moves("OPEN", "1 10:00 RECEIVED", "1 11:00 DELEGATED", "3 12:00 DONE", "4 09:00 CLOSED")
    solved = moves("TO DO", "1 13:00 ON GOING", "2 09:00 IN PROGRESS", "2 17:00 DONE")
    ask = views(
        tmp_path,
        "9 09:00",
        ticket("DSD-1", "1 09:00", *path, links=is_cloned_by("DSP-2")),
        ticket("DSP-2", "1 12:00", *solved),
    )
    assert ask("chain_part", f"root_key, part, seconds // {NWH}, working_seconds // {NWH}") == [
        ("DSD-1", "confirmation", 21, 5),
        ("DSD-1", "desk", 2, 2),
        ("DSD-1", "pass_on", 19, 3),  # 2 17:00 to 3 12:00: the answer is there, and the user does not know
        ("DSD-1", "provider", 2 + 8, 2 + 8),  # until the clone asks, and on the 2nd
        ("DSD-1", "user", 20, 4),  # 1 13:00 to 2 09:00
    ]
    whole = 72 * NWH, 24 * NWH  # 1 09:00 to 4 09:00
    assert ask("chain_part", "CAST(sum(seconds) AS BIGINT), CAST(sum(working_seconds) AS BIGINT)") == [whole]


@pytest.mark.rule("AMP-L1")
def test_chains_of_one_in_dsd_and_elsewhere(tmp_path: Path) -> None:
    path = moves("OPEN", "1 10:00 TO DO", "1 12:00 DONE", "1 13:00 CLOSED", "1 15:00 IN PROGRESS", "1 16:00 ON GOING")
    ask = views(tmp_path, "1 17:00", ticket("DSD-1", "1 09:00", *path), ticket("DSP-2", "1 09:00", *path[:3]))
    assert ask("chain", "root_key, keys") == [("DSD-1", ["DSD-1"]), ("DSP-2", ["DSP-2"])]
    assert ask("chain_part", f"root_key, part, working_seconds // {NWH}") == [
        ("DSD-1", "champion", 3),
        ("DSD-1", "confirmation", 3),  # the stay in CLOSED before the reopening with it
        ("DSD-1", "desk", 1),
        ("DSD-1", "user", 1),
        ("DSP-2", "confirmation", 1),  # until it was CLOSED at 13:00
        ("DSP-2", "desk", 1),
        ("DSP-2", "provider", 2),
    ]


@pytest.mark.rule("AMP-L1")
def test_which_tickets_are_a_chain(tmp_path: Path) -> None:
    ask = views(
        tmp_path,
        "9 09:00",
        ticket("DSD-1", "1 09:00", links=is_cloned_by("DSP-3")),
        ticket("DSD-2", "1 10:00"),
        ticket("DSP-3", "1 11:00", links=clones("DSD-2")),  # stands in two chains
        ticket("DEMS-4", "1 12:00", links=clones("DSP-3")),  # a clone of a clone
        ticket("DSD-5", "1 11:00", links=clones("DSP-6")),
        ticket("DSP-6", "1 09:00", links=clones("DEMS-7")),  # of this cycle the eldest
        ticket("DEMS-7", "1 10:00", links=clones("DSD-5")),
        ticket("DSD-8", "1 15:00", links=is_cloned_by("DSP-9")),  # from outside the cycle, though younger
        ticket("DSP-9", "1 09:00", links=clones("DEMS-10")),
        ticket("DEMS-10", "1 09:00", links=clones("DSP-9")),
        ticket("DSP-11", "1 09:00", links=clones("DSD-99")),  # its origin is not in the store
        ticket("DSD-12", "1 09:00", links=is_cloned_by("DSP-13")),
        ticket("DSP-13", "9 09:00"),  # created at T: not yet visible
    )
    assert ask("chain", "keys") == [
        (["DSD-1", "DSP-3", "DEMS-4"],),
        (["DSD-12"],),
        (["DSD-2", "DSP-3", "DEMS-4"],),
        (["DSD-8", "DSP-9", "DEMS-10"],),
        (["DSP-11"],),
        (["DSP-6", "DEMS-7", "DSD-5"],),
    ]


@pytest.mark.rule("AMP-L1")
def test_clones_that_nobody_knows_of_and_restricted_ones(tmp_path: Path) -> None:
    path = moves("OPEN", "1 10:00 DELEGATED")
    asking = moves("TO DO", "1 12:00 ON GOING", "1 13:00 DONE")
    ask = views(
        tmp_path,
        "1 17:00",
        ticket("DSD-1", "1 09:00", *path, links=is_cloned_by("DSEC-2")),
        ticket("DSEC-2", "1 09:00", *asking),
        ticket("DSD-3", "1 09:00", *path, links=is_cloned_by("DEMS-4", "DSP-99")),
        ticket("DEMS-4", "1 09:00", *asking),
    )
    assert ask("chain_part", f"root_key, part, seconds // {NWH}") == [
        ("DSD-1", "desk", 1),
        ("DSD-1", "pass_on", 4),
        ("DSD-1", "provider", 2),
        ("DSD-1", "user", 1),  # the time of a restricted member counts
        ("DSD-3", "desk", 1),
        ("DSD-3", "provider", 2 + 4),  # DSP-99 is not known to be DONE
        ("DSD-3", "user", 1),
    ]
    assert ask("chain", "keys", "root_key = 'DSD-1'") == [(["DSD-1", "DSEC-2"],)]  # whoever reads it hides the key


@pytest.mark.rule("AMP-L1")
@pytest.mark.parametrize("begins", ["This issue", "This work item", "Dieser Vorgang"])
def test_a_link_counts_from_the_date_that_a_history_gives_it(tmp_path: Path, begins: str) -> None:
    made = change("1 15:00", "Link", None, f"{begins} is cloned by DPM-2")
    ask = views(
        tmp_path,
        "1 17:00",
        ticket("DSD-1", "1 09:00", *moves("OPEN", "1 10:00 DELEGATED"), made, links=is_cloned_by("DPM-2")),
        ticket("DPM-2", "1 08:00", *moves("TO DO", "1 09:00 ON GOING", "1 16:00 DONE")),
    )
    assert ask("chain_part", f"part, seconds // {NWH}") == [("desk", 1), ("pass_on", 1), ("provider", 5), ("user", 1)]

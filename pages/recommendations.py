"""Recommendations: the register, with the risk of each, whether it was followed, and what came of it (DMSU-M10)."""

import streamlit as st

from board.recommendation import recommendations
from board.store import Board
from reports.quarterly_register import veiled
from sight.veil import veil
from ui import format as fmt
from ui.as_of import ADDRESS
from ui.recommendations import add, one_of, register, revise
from ui.session import Here, here

_WRITERS = frozenset({"service_manager", "arb"})


def page() -> None:
    """Draws the page."""
    now = here()
    board = Board(now.desk.board)
    earlier = ADDRESS in st.query_params
    day = fmt.local(now.snapshot.as_of, now.snapshot.zone).date()
    written = recommendations(board, day, now.snapshot.as_of) if earlier else recommendations(board)
    by = veil(now.snapshot.cursor())
    rows = [veiled(one, by) for one in written]
    register(now, rows)
    one = one_of(rows) if rows else None
    if why := _read_only(now, earlier):
        st.caption(why)
        return
    if one:
        [whole] = (entry for entry in written if entry.number == one.number)
        revise(now, board, one, frozenset(field for field, said in vars(one).items() if said != getattr(whole, field)))
    add(now, board, day)


def _read_only(now: Here, earlier: bool) -> str:
    """Why this reader cannot write now; empty when they can."""
    if not _WRITERS & now.person.roles:
        return "The desk keeps this register."
    return "The register as it stood then: go back to now to write in it." if earlier else ""


page()

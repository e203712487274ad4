"""The records of the Ticket page: findings, estimations, scores, chains, handovers, the board's actions. What a ticket
has none of is not drawn."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from board.action import Action, actions_on
from board.store import Board
from reports.sitting import veiled
from reports.wording import in_zone
from sight.keys import RESTRICTED
from sight.veil import veil
from ui import format as fmt
from ui.about import what_is_this
from ui.as_of import written_until
from ui.mart import Snapshot
from ui.session import Here
from ui.table import ticket_address
from ui.theme import PARTS
from ui.ticket_record_queries import (
    Chain,
    Delivery,
    Eta,
    Finding,
    Handover,
    Score,
    chains,
    delivery,
    etas,
    findings,
    handovers,
    scores,
)

_BANDS = {
    "initial": "by the initial ETA",
    "revised": "by a revised ETA",
    "week": "within a week of the agreed ETA",
    "month": "within a month of the agreed ETA",
    "later": "more than a month after the agreed ETA",
    "no_eta": "without any ETA",
}


def show_findings(ticket_id: str, snapshot: Snapshot) -> None:
    """Where this ticket leaves the procedure, with the evidence."""
    for finding in findings(snapshot.cursor(), ticket_id):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"finding-{finding.rule}"):
            st.markdown(_finding(finding, snapshot), width="content")
            what_is_this(finding.rule, f"What is {finding.rule}?")


def _finding(finding: Finding, snapshot: Snapshot) -> str:
    evidence = fmt.plain(in_zone(finding.detail or "no more is known", snapshot.zone))
    return (
        f":orange-badge[⚑ {finding.rule}] **{fmt.plain(finding.title)}** since "
        f"{fmt.instant(finding.since, snapshot.zone)}: {evidence}"
    )


def show_records(ticket_id: str, key: str, here: Here) -> None:
    """Everything else that is on record of this ticket."""
    snapshot, cursor = here.snapshot, here.snapshot.cursor()
    for chain in chains(cursor, ticket_id, key):
        _chain(chain, key, snapshot)
    if dates := etas(cursor, ticket_id):
        _etas(dates, delivery(cursor, ticket_id), snapshot)
    if given := scores(cursor, ticket_id):
        _scores(given, snapshot)
    if handed := handovers(cursor, ticket_id):
        _handovers(handed, snapshot)
    if actions := _actions(ticket_id, here):
        _board(actions)


def _heading(title: str, about: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"##### {title}", width="content")
        what_is_this(about)


def _rows(rows: Sequence[Mapping[str, str]], alt: str) -> None:
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, alt=alt)


def _chain(chain: Chain, key: str, snapshot: Snapshot) -> None:
    _heading("Its chain", "chain_part")
    members = [_member(member, key) for member in chain.keys if member != RESTRICTED]
    hidden = chain.keys.count(RESTRICTED)
    st.markdown(" → ".join(members) + (f" and {hidden} restricted" if hidden else ""))
    rows = [
        {
            "Held by": PARTS[part].words,
            "Elapsed": fmt.elapsed(seconds),
            "Share": fmt.plain(fmt.share(seconds, sum(s for _, s, _ in chain.parts))),  # `> 99.9 %` is a quotation
            "Working time": fmt.duration(working, snapshot.nwd_seconds),
        }
        for part, seconds, working in chain.parts
    ]
    if rows:
        _rows(rows, "The user's wait by who held it")


def _member(member: str, key: str) -> str:
    return f"**{fmt.plain(member)}**" if member == key else f"[{fmt.plain(member)}]({ticket_address(member)})"


def _etas(dates: list[Eta], kept: Delivery | None, snapshot: Snapshot) -> None:
    _heading("ETA", "eta_outcome")
    if kept:
        late = "" if kept.days_late is None else f", {_days(kept.days_late)} the agreed ETA"
        st.markdown(
            f"Delivered {fmt.instant(kept.delivered_at, snapshot.zone)}: **{_BANDS[kept.band]}**{late} (DMSU-M6)."
        )
    rows = [
        {
            "Date": f"{one.eta:%a %d %b %Y}" + (" (initial)" if one.revision == 0 else ""),
            "Set": fmt.instant(one.set_at, snapshot.zone),
            "By": fmt.plain(one.set_by) or "there at creation",
            "": "after the date before had passed" if one.after_expiry else "",
        }
        for one in dates
    ]
    _rows(rows, "ETAs")


def _days(late: int) -> str:
    return "on" if late == 0 else f"{fmt.count(abs(late), 'day')} {'after' if late > 0 else 'before'}"


def _scores(given: list[Score], snapshot: Snapshot) -> None:
    _heading("Satisfaction", "score")
    rows = [
        {
            "Score": fmt.plain(one.raw) + ("" if one.valid else " (out of range, F11)"),
            "Before": fmt.plain(one.previous) or fmt.NOTHING,
            "Set": fmt.instant(one.set_at, snapshot.zone) if one.set_at else "undated",
            "By": fmt.plain(one.set_by) or fmt.NOTHING,
            "": "stands" if one.standing else "",
        }
        for one in given
    ]
    _rows(rows, "Scores given")


def _handovers(handed: list[Handover], snapshot: Snapshot) -> None:
    _heading("Assigned to", "handover")
    rows = [
        {
            "When": fmt.instant(one.handed_at, snapshot.zone),
            "From": fmt.plain(one.from_person) or "nobody",
            "To": fmt.plain(one.to_person) or "nobody",
            "By": fmt.plain(one.by_person) or "nobody known",
        }
        for one in handed
    ]
    _rows(rows, "Changes of the assignee")


def _actions(ticket_id: str, here: Here) -> list[Action]:
    """The board's actions on the ticket; not for those who see pseudonyms, since people write names in them."""
    path = here.desk.board
    if here.person.sees_pseudonyms or not path.exists():
        return []
    by = veil(here.snapshot.cursor())
    return [veiled(one, by) for one in actions_on(Board(path), ticket_id, written_until(here.snapshot))]


def _board(actions: list[Action]) -> None:
    _heading("Actions of the board", "AMP-B3")
    rows = [
        {
            "Action": action.label,
            "What": fmt.plain(action.text),
            "Who": fmt.plain(action.actionee),
            "Until": f"{action.due:%a %d %b %Y}" if action.due else fmt.NOTHING,
            "State": f"{action.state}: {fmt.plain(action.outcome)}" if action.outcome else action.state,
            "Raised": f"{action.raised_on:%a %d %b %Y}",
        }
        for action in actions
    ]
    _rows(rows, "Actions of the board on this ticket")

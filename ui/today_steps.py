"""The steps of escalation on Today (AMP-G4): what is to be done and by whom, what was done, and the mark that says so."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from board import escalation
from board.escalation import Mark
from board.store import Board
from sight.veil import veil
from ui import format as fmt
from ui.as_of import ADDRESS, written_until
from ui.figures import CLOCK_NAMES
from ui.listed import Listed, say_hidden
from ui.mart import Snapshot
from ui.session import Here
from ui.table import Column, table, tall
from ui.ticket_table import KEY

_WHOM = {
    "action": Column("Step to take", width=360, help="What the alert asks for (AMP-G4, HD-M2)"),
    "assignee": Column("Assignee", width=130),
    "service": Column("Service", width=130),
    "alert_of": Column("Alert", width=60, help="The number of the alert, of how many the goal has"),
}
_CLOCK = {
    "clock_name": Column("Clock", width=145),
    "left_seconds": Column("Time left", "left", 125, "Working time left of the goal, or by how much it is over"),
    "state": Column("State", "state"),
}
_ABOUT = {
    "priority": Column("Priority", width=75),
    "summary": Column("Summary", width=260),
    "status": Column("Status", width=105),
    "provider": Column("Provider", width=110),
}
_TO_DO = KEY | _WHOM | _CLOCK | _ABOUT
_SOON = (
    KEY
    | {
        "to_alert_seconds": Column("Alert in", "working", 95, "Working time until the alert is passed"),
        "alert_at": Column("Passed at", "soon"),
    }
    | _WHOM
    | _CLOCK
    | _ABOUT
)
_MARKED = {
    "marked_at": Column("Marked", "instant"),
    "marked_by": Column("By", width=130),
    "note": Column("Note", width=260),
}
_DONE = KEY | _WHOM | _MARKED | _CLOCK | _ABOUT
_HEIGHT = 10
_NOTHING = Mark(False, "", "", "")
_Marks = Mapping[tuple[str, str, int, str | None], Mark]


@dataclass(frozen=True)
class Escalated:
    """Steps that are to be taken, alerts that come near, and the steps that somebody marked as taken. Of the first two all
    are counted, those too that are hidden or not listed."""

    waiting: Listed
    coming: Listed
    done: pd.DataFrame


def escalated(listed: pd.DataFrame, every: pd.DataFrame, here: Here) -> Escalated:
    """The steps that are listed, and all that there are, by what was said of them."""
    said = _marks(here)
    rows, counted = _named(_marked(listed, said)), _marked(every, said)

    def open_(passed: bool) -> Listed:
        shown, known = (some[(some.passed == passed) & ~some.done] for some in (rows, counted))
        return Listed(shown.reset_index(drop=True), len(known), int(known.restricted.sum()))

    return Escalated(open_(True), open_(False), rows[rows.done].reset_index(drop=True))


def _marks(here: Here) -> _Marks:
    """What was said of steps, as its reader may see it. Looking at another instant, only what had been said by then counts."""
    said, by = escalation.marks(_board(here), written_until(here.snapshot)), veil(here.snapshot.cursor())
    return {step: replace(mark, note=by(mark.note)) for step, mark in said.items()}


def _marked(rows: pd.DataFrame, said: _Marks) -> pd.DataFrame:
    """The rows with what was said of each step: `done`, `note`, `marked_at`, `marked_by`."""
    steps = zip(rows.ticket_id, rows["clock"], rows.alert.astype(int), rows.action, rows.started_at, strict=True)
    found = [_of_step(said, *step) for step in steps]
    return rows.assign(
        done=[mark.done for mark in found],
        note=[mark.note for mark in found],
        marked_by=[mark.marked_by for mark in found],
        marked_at=pd.to_datetime([mark.marked_at or None for mark in found]),
    )


def _of_step(said: _Marks, ticket_id: str, clock: str, alert: int, action: str, started_at: datetime) -> Mark:
    """The last mark of this step: of what the alert asks for, which is something else under another goal (AMP-G5), and made
    since the clock started, since one that starts anew asks for its steps again (HD-M2)."""
    of_it = (said.get((ticket_id, clock, alert, kept), _NOTHING) for kept in (action, None))
    last = max(of_it, key=lambda mark: mark.marked_at)
    return last if last.marked_at >= started_at.isoformat(timespec="microseconds") else _NOTHING


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        clock_name=rows["clock"].map(CLOCK_NAMES),
        alert_of=[f"{a} of {n}" for a, n in zip(rows.alert, rows.alerts, strict=True)],
    )


def to_do(found: Listed, here: Here) -> None:
    """The steps that nobody has taken yet, and where to say that one was."""
    rows = found.rows
    if not found.n:
        st.success("No step of escalation waits for anybody.", icon=":material/check_circle:")
    elif rows.empty:
        st.info("Steps of escalation wait, and none that can be listed here.", icon=":material/visibility_off:")
    else:
        table(rows, _TO_DO, here.snapshot, "steps", "Steps of escalation to take", tall(min(len(rows), _HEIGHT)))
    say_hidden(found)
    if len(rows):
        _mark_form(rows, here, done=True)


def soon(found: Listed, snapshot: Snapshot) -> None:
    """The alerts that running clocks are about to pass."""
    rows = found.rows
    if not found.n:
        st.info("No running clock passes an alert within the next working day.", icon=":material/check_circle:")
    elif rows.empty:
        st.info(
            "Running clocks come near an alert, and none that can be listed here.", icon=":material/visibility_off:"
        )
    else:
        _nearest(rows, snapshot)
    say_hidden(found)


def _nearest(rows: pd.DataFrame, snapshot: Snapshot) -> None:
    nearest = rows.sort_values("to_alert_seconds", kind="stable").reset_index(drop=True)
    table(
        nearest, _SOON, snapshot, "soon", "Alerts within the next working day",
        tall(min(len(rows), _HEIGHT)),
    )  # fmt: skip


def taken(rows: pd.DataFrame, here: Here) -> None:
    """The steps that somebody has taken on clocks that still run, with who said so; each can be taken back."""
    if rows.empty:
        return
    with st.expander(f"{fmt.count(len(rows), 'step')} marked as done", icon=":material/task_alt:", key="taken"):
        table(rows, _DONE, here.snapshot, "taken-steps", "Steps of escalation marked as done")
        _mark_form(rows, here, done=False)


def _mark_form(rows: pd.DataFrame, here: Here, done: bool) -> None:
    if ADDRESS in st.query_params:
        st.caption("Steps are marked on the desk as it is now: go back to now for that.")
        return
    name = "done" if done else "undone"
    steps = _labelled(rows)
    with st.form(f"mark-{name}", clear_on_submit=True, border=False):
        left, middle, right = st.columns([3, 2, 1], vertical_alignment="bottom")
        chosen = left.multiselect(
            "Steps that were taken" if done else "Steps that were not taken after all",
            list(steps), key=f"steps-{name}", placeholder="Choose by ticket or name", filter_mode="contains",
        )  # fmt: skip
        note = middle.text_input(
            "Note", key=f"note-{name}", max_chars=500, placeholder="What came of it (may be empty)"
        )
        if right.form_submit_button("Mark as done" if done else "Not done", icon=":material/check:", width="stretch"):
            _write([steps[label] for label in chosen], here, done, note)


def _labelled(rows: pd.DataFrame) -> dict[str, dict[Hashable, Any]]:
    """The steps by what they are called; tickets of two sources with the same key are told apart by their ids."""
    named = [(_label(row), row) for row in rows.to_dict("records")]
    often = Counter(label for label, _ in named)
    return {label if often[label] == 1 else f"{label} · {row['ticket_id']}": row for label, row in named}


def _label(row: dict[Hashable, Any]) -> str:
    action = str(row["action"])
    named = [row[field] for field in ("assignee", "service") if field.replace("service", "service manager") in action]
    whom = " and ".join(name if isinstance(name, str) else "nobody named" for name in named)
    return " · ".join(filter(None, [str(row["key"]), action, whom, f"{row['clock_name']} alert {row['alert_of']}"]))


def _write(steps: list[dict[Hashable, Any]], here: Here, done: bool, note: str) -> None:
    if not steps:
        st.warning("No step is chosen: choose which one it is, then mark it.")
        return
    board, shown = _board(here), veil(here.snapshot.cursor())(note.strip())
    for step in steps:
        asked = (str(step["ticket_id"]), str(step["clock"]), int(str(step["alert"])), str(step["action"]))
        escalation.mark(board, *asked, done, shown, here.person.name)
    st.rerun()


def _board(here: Here) -> Board:
    return Board(here.desk.board)

"""Desks: all desks of this installation side by side, each as this reader may see it."""

import pandas as pd
import streamlit as st

from sight.opening import NoMart
from sight.pseudonyms import pseudonym_key
from ui import format as fmt
from ui.desks_queries import standing
from ui.installation import DeskShown, installation
from ui.mart import current_snapshot
from ui.people import Person
from ui.session import here
from ui.table import Column, table

_COLUMNS = {
    "desk": Column("Desk", width=240),
    "link": Column("Open", "link", help="Its Overview"),
    "unresolved": Column("Open tickets", "number", 100),
    "overdue": Column("Overdue", "number", help="Tickets with a clock that runs past its goal"),
    "share": Column("Goals met", "share", 90, "This month: met ÷ judged, all clocks with a goal"),
    "low": Column("From", "share", 70, "Lower end of its Wilson 95 % interval"),
    "high": Column("To", "share", 70, "Upper end of its Wilson 95 % interval"),
    "judged": Column("n", "number", 70, "Clocks judged this month"),
    "synced_at": Column("Last sync", "instant"),
    "as_of": Column("As of", "instant"),
}


def page() -> None:
    """Draws the page."""
    person, snapshot = here().person, here().snapshot
    rows, absent = [], []
    for desk in installation().desks:
        try:
            rows.append(_row(desk, person))
        except NoMart:
            absent.append(desk.title)
    table(pd.DataFrame(rows, columns=list(_COLUMNS)), _COLUMNS, snapshot, "desks", "All desks")
    if absent:
        st.caption(f"Nothing published yet: {', '.join(map(fmt.plain, absent))}.")
    st.caption(f"Each desk as of its own last publish; instants in {fmt.plain(snapshot.zone.key)}.")


def _row(desk: DeskShown, person: Person) -> dict[str, object]:
    """Raises NoMart when the desk has nothing to show."""
    key = pseudonym_key(desk.folder) if person.sees_pseudonyms else b""
    snapshot = current_snapshot(desk.mart_dir, person.roles, key)
    now = standing(snapshot.cursor())
    low, high = now.bounds or (None, None)
    return {
        "desk": desk.title, "link": f"overview?desk={desk.name}", "unresolved": now.unresolved, "overdue": now.overdue,
        "share": now.share, "low": low, "high": high, "judged": now.judged, "synced_at": now.synced_at,
        "as_of": snapshot.as_of,
    }  # fmt: skip


page()

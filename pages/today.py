"""Today: what needs the service manager now: steps of escalation, what is new, who answered, and how fresh all that is."""

import pandas as pd
import streamlit as st

from sight.opening import Connection
from ui import format as fmt
from ui.command import runnable
from ui.empty import no_tickets
from ui.filter_bar import filter_bar
from ui.filters import Filters
from ui.listed import Listed, say_hidden, say_none
from ui.mart import Snapshot
from ui.session import Here, here
from ui.table import Column, table, tall
from ui.ticket_table import KEY
from ui.today_mail import mails
from ui.today_queries import back_from_user, every_step, freshness, has_alerts, listed_steps, new, since
from ui.today_steps import Escalated, escalated, soon, taken, to_do

_TICKET = {
    "summary": Column("Summary", width=300),
    "type": Column("Type", width=110),
    "priority": Column("Priority", width=80),
    "service": Column("Service", width=140),
    "status": Column("Status", width=110),
    "assignee": Column("Assignee", width=130),
}
_NEW = KEY | {"created_at": Column("Received", "soon")} | _TICKET
_BACK = KEY | {"back_at": Column("Came back", "soon")} | _TICKET
_FRESH = {
    "source": Column("Source", width=110),
    "read_at": Column("Last read whole", "instant"),
    "fetched": Column("Tickets read then", "number", 130),
    "changed": Column("of them changed", "number", 130),
    "outcome": Column("Last sync", width=110),
    "failed_checks": Column("Checks failed", "number", 110),
}
_HEIGHT = 8


def page() -> None:
    """Draws the page."""
    now = here()
    snapshot, cursor = now.snapshot, now.snapshot.cursor()
    filters = filter_bar(snapshot, months=False)
    if no_tickets(snapshot):
        return
    begun = since(cursor)
    came, back = new(cursor, filters, begun), back_from_user(cursor, filters, begun)
    day = fmt.day(begun, snapshot.zone)
    found = _escalated(cursor, filters, now) if has_alerts(cursor) else None
    _glance(
        [
            *(_figures(found) if found else ()),
            (came.n, f"new since {day}", "new"),
            (back.n, f"back from users since {day}", "back"),
        ]
    )
    if found:
        _escalation(found, now)
    _listed(came, f"New since {day}", "new", _NEW, snapshot, "No ticket was received since then.")
    none = "No unresolved ticket came back from its user since then."
    _listed(back, f"Back from users since {day}", "back", _BACK, snapshot, none)
    _fresh(freshness(cursor), snapshot)


def _escalated(cursor: Connection, filters: Filters, now: Here) -> Escalated:
    every = every_step(cursor, filters, now.snapshot.nwd_seconds)
    return escalated(listed_steps(cursor, every).rows, every, now)


def _figures(found: Escalated) -> list[tuple[int, str, str]]:
    """For the line at the top."""
    return [
        (found.waiting.n, "to escalate", "escalate"),
        (found.coming.n, "to pass an alert within 1 NWD", "soon"),
    ]


def _glance(figures: list[tuple[int, str, str]]) -> None:
    """What there is to do, in one line; each figure leads to its list below."""
    with st.container(key="glance"):
        for column, (n, what, anchor) in zip(st.columns(len(figures), gap="small"), figures, strict=True):
            with column.container(border=True):
                st.markdown(f"[**{n:,}** {what}](#{anchor})")


def _escalation(found: Escalated, now: Here) -> None:
    st.subheader("To escalate", anchor="escalate")
    st.caption("Alerts that are passed and nobody has marked: those who can still meet their goal first.")
    to_do(found.waiting, now)
    mails(found.waiting.rows, now.snapshot)
    taken(found.done, now)
    st.subheader("About to pass an alert", anchor="soon")
    st.caption("Running clocks that reach their next alert within one normal working day, the nearest first.")
    soon(found.coming, now.snapshot)


def _listed(
    found: Listed, title: str, anchor: str, columns: dict[str, Column], snapshot: Snapshot, nothing: str
) -> None:
    st.subheader(title, anchor=anchor)
    if found.rows.empty:
        say_none(found, nothing, ":material/inbox:")
    else:
        table(found.rows, columns, snapshot, anchor, title, tall(min(len(found.rows), _HEIGHT)))
    say_hidden(found)


def _fresh(rows: pd.DataFrame, snapshot: Snapshot) -> None:
    st.subheader("How fresh this is", anchor="fresh")
    st.caption(
        f"As of {fmt.end(snapshot.as_of, snapshot.zone)}; published {fmt.instant(snapshot.published_at, snapshot.zone)}; "
        f"{fmt.count(snapshot.tickets, 'ticket')} measured, {snapshot.excluded:,} left out."
    )
    if rows.empty:
        st.info(runnable("No sync is known: `arbiter sync` pulls the sources."), icon=":material/sync_problem:")
        return
    table(rows, _FRESH, snapshot, "fresh", "Last sync of each source")


page()

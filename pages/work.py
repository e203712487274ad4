"""Work: what the desk's own procedure counts, as far as its profile has it: lines, units, steps, products, fields."""

from datetime import date

import pandas as pd
import streamlit as st

from metrics.names import in_words
from ui import format as fmt
from ui.filter_bar import filter_bar
from ui.filters import Filters
from ui.mart import Snapshot
from ui.months import back, span
from ui.pick import say_unknown
from ui.session import snapshot_here
from ui.table import Column, table
from ui.ticket_table import KEY
from ui.work_queries import by_field, fields, first_line, lines, major_incidents, products, ruled, steps, units

_ONE = "month"  # in the address
_SHARE = {"low": "Lower end of its Wilson 95 % interval", "high": "Upper end of its Wilson 95 % interval"}
_MONTH = {"month": Column("Month", "month", 90)}
_LINES = {
    "line": Column("Line", width=150), "entered": Column("Came", "number"), "passed": Column("Passed on", "number", 90),
    "passed_share": Column("Share", "share", help="Passed on, of the stays that ended"),
    "passed_share_low": Column("From", "share", 70, _SHARE["low"]),
    "passed_share_high": Column("To", "share", 70, _SHARE["high"]), "returned": Column("Returned", "number"),
    "resolved": Column("Resolved", "number"), "resolved_median_seconds": Column("Median to resolve", "working", 130),
    "median_seconds": Column("Median stay", "working", 110), "p90_seconds": Column("90th percentile", "working", 120),
}  # fmt: skip
_FIRST_LINE = _MONTH | {
    "resolved": Column("Resolved", "number"), "at_first_line": Column("At the first line", "number", 110),
    "first_line_share": Column("Share", "share"), "first_line_share_low": Column("From", "share", 70, _SHARE["low"]),
    "first_line_share_high": Column("To", "share", 70, _SHARE["high"]), "passed_on": Column("Passed on", "number", 90),
    "rerouted": Column("Sent around", "number", 100, "Tickets that were re-routed"),
    "reroutings": Column("Re-routings", "number", 95),
}  # fmt: skip
_UNITS = {
    "line": Column("Line", width=120), "unit": Column("Unit", width=170), "arrived": Column("Came", "number"),
    "n": Column("Responded", "number", 90), "waiting": Column("Waiting", "number"),
    "unanswered": Column("Left without", "number", 100, "Gone again without a response"),
    "average_seconds": Column("Average", "working", 110), "median_seconds": Column("Median", "working", 110),
}  # fmt: skip
_AGREED = {
    "ola_seconds": Column("OLA", "working", 90), "violations": Column("Violations", "number", 85),
    "judged": Column("Judged", "number"), "met_share": Column("Met", "share"),
}  # fmt: skip
_STEPS = {"step": Column("Step", width=170)} | _MONTH | {
    "outcome": Column("Ended in", width=140), "n": Column("Tickets", "number"),
    "median_seconds": Column("Median", "working", 110), "p90_seconds": Column("90th percentile", "working", 120),
    "too_small": Column("Too few", "flag", 75, "Too few tickets to judge the time by"),
}  # fmt: skip
_MAJOR = KEY | {
    "created_at": Column("Came", "instant"), "restored_at": Column("Restored", "instant"),
    "restore_seconds": Column("Time to restore", "elapsed", 130), "working_seconds": Column("Working time", "working", 110),
    "reviewed": Column("Reviewed", "flag", 80), "review": Column("Review", width=100),
    "summary": Column("Summary", width=280), "service": Column("Service", width=150),
}  # fmt: skip
_PRODUCTS = {
    "product": Column("Product", width=170), "category": Column("Category", width=240),
    "tickets": Column("Tickets", "number"),
}  # fmt: skip
_WEIGHTED = {
    "deployed": Column("Deployed", "number"),
    "weighted": Column("Per deployment", "number", 110), "unweighted": Column("Unweighted", "flag", 95),
}  # fmt: skip
_COUNTS = {
    "value": Column("Value", width=240), "received": Column("Received", "number", help="Created in these months"),
    "resolved": Column("Resolved", "number", help="Of the received ones, by now"),
    "unresolved": Column("Unresolved", "number", 95, "Of the received ones, now"),
}  # fmt: skip


def page() -> None:
    """Draws the page: what has rows."""
    snapshot = snapshot_here()
    filters = filter_bar(snapshot)
    last = snapshot.month
    first = back(last, filters.months)
    month = _chosen(span(last, filters.months))
    if filters.provider:
        st.caption(
            "Narrowed to the tickets that these providers have at T, whoever worked on them: units below are those of these "
            "tickets, with what others did on them before."
        )
    con, of_month = snapshot.cursor, fmt.month(month)
    _part(f"Lines of support, {of_month}", lines(con(), filters, month), _LINES, snapshot, "lines")
    responses = units(con(), filters, month)
    agreed = responses.ola_seconds.notna().any()
    title, columns = ("Units and their agreements", _UNITS | _AGREED) if agreed else ("Units", _UNITS)
    _part(f"{title}, {of_month}", responses, columns, snapshot, "units")
    _part("Solved at the first line", first_line(con(), filters, first, last), _FIRST_LINE, snapshot, "first-line")
    if ruled(con(), "step_rule"):
        _part("Steps", steps(con(), filters, first, last), _STEPS, snapshot, "steps")
    if ruled(con(), "major_rule"):
        _part("Major incidents", major_incidents(con(), filters), _MAJOR, snapshot, "major")
    counted = products(con(), filters, month)
    weighted = _WEIGHTED if counted.deployed.notna().any() else {}  # nobody said how often the products are deployed
    _part(f"Products, {of_month}", counted, _PRODUCTS | weighted, snapshot, "products")
    _counts(snapshot, filters, first, last)


def _chosen(months: list[date]) -> date:
    """The month in the address, else the latest. One in the address that is not among these is named, and dropped."""
    choices = [f"{m:%Y-%m}" for m in reversed(months)]
    say_unknown(_ONE, choices, choices[0])
    month = st.selectbox("Month", choices, key=_ONE, bind="query-params", filter_mode=None, width=160)
    return date.fromisoformat(f"{month or choices[0]}-01")


def _part(title: str, rows: pd.DataFrame, columns: dict[str, Column], snapshot: Snapshot, key: str) -> None:
    if len(rows):
        st.markdown(f"##### {title}")
        table(rows, columns, snapshot, key, title)


@st.cache_data(max_entries=64, show_spinner=False)
def _fields(_snapshot: Snapshot, identity: str) -> list[str]:
    return fields(_snapshot.cursor())


def _counts(snapshot: Snapshot, filters: Filters, first: date, last: date) -> None:
    st.markdown(f"##### Tickets by field, received {fmt.month(first)} to {fmt.month(last)}")
    known = _fields(snapshot, snapshot.identity)
    if not known:
        st.caption("No ticket yet.")
        return
    field = st.segmented_control(
        "Field", known, default=known[0], key="field", bind="query-params", format_func=in_words, required=True
    )
    rows = by_field(snapshot.cursor(), filters, field, first, last)
    table(rows, _COUNTS, snapshot, "counts", f"Tickets by {fmt.plain(in_words(field))}")


page()

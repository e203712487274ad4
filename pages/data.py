"""Data: what the figures rest on: the last syncs, what is incomplete or unmapped, versions, the source's own figures."""

import pandas as pd
import streamlit as st

from metrics.names import in_words
from ui import format as fmt
from ui.about import what_is_this
from ui.command import runnable
from ui.data_queries import (
    checks,
    failed_tickets,
    left_out,
    reconciled,
    reconciliation,
    sync_runs,
    versions,
)
from ui.listed import say_hidden
from ui.mart import Snapshot
from ui.session import snapshot_here
from ui.table import Column, table
from ui.ticket_table import KEY

_CHECKS = {
    "source": Column("Source", width=90),
    "check": Column("Check", width=270),
    "checked": Column("Checked", "number"),
    "failed": Column("Failed", "number"),
    "share": Column("Share failed", "share", 100),
    "detail": Column("Example", width=360),
}
_FAILED = KEY | {
    "project": Column("Project", width=80),
    "detail": Column("What was found", width=320),
    "measured": Column("In the figures", "flag", 100),
    "summary": Column("Summary", width=300),
    "status": Column("Status", width=120),
    "assignee": Column("Assignee", width=140),
}
_SYNCS = {
    "run": Column("Run", "number", 60),
    "source": Column("Source", width=90),
    "outcome": Column("Outcome", width=100),
    "started_at": Column("Began", "instant"),
    "ended_at": Column("Ended", "instant"),
    "full_pull": Column("Everything", "flag", 90, "Everything was read again, not only what had changed"),
    "fetched": Column("Tickets read", "number", 100),
    "changed": Column("Changed", "number"),
    "unchanged": Column("Unchanged", "number", 90),
    "incomplete": Column("Incomplete", "number", 90, "With a history that did not arrive whole"),
    "deleted": Column("Gone", "number", 70, "Found gone at the source"),
    "rejected": Column("Unreadable", "number", 90),
    "requests": Column("Requests", "number"),
    "retries": Column("Retries", "number"),
}
_LEFT_OUT = {
    "source": Column("Source", width=90),
    "check": Column("Reason", width=160),
    "found": Column("Project or type", width=260),
    "n": Column("Tickets", "number"),
}
_CLASSES = {
    "clock": Column("Clock", width=130),
    "class": Column("Class", width=140),
    "tickets": Column("Tickets", "number"),
    "share": Column("Share", "share", 80, "Of those compared; running ones are compared with nothing"),
    "largest_difference_seconds": Column("Largest difference", "elapsed", 150),
    "key": Column("Example", "ticket"),
    "url": KEY["url"],
}
_PAIRS = KEY | {
    "detail": Column("What differs", width=240),
    "ours_seconds": Column("Ours", "working", 110),
    "theirs_seconds": Column("The source's", "working", 110),
    "ours_started_at": Column("Our start", "instant"),
    "theirs_started_at": Column("Its start", "instant"),
    "ours_stopped_at": Column("Our stop", "instant"),
    "theirs_stopped_at": Column("Its stop", "instant"),
    "summary": Column("Summary", width=240),
}
_VERSIONS = {
    "as_of": "As of (what happened before it counts)",
    "known_at": "By what was known at",
    "published_at": "Published",
    "profile": "Profile",
    "profile_hash": "Its content",
    "code_version": "Program",
    "store_version": "Store, by its last run",
    "zone": "Zone of months, days and hours",
}


def page() -> None:
    """Draws the page."""
    snapshot = snapshot_here()
    _coverage(snapshot)
    _left_out(snapshot)
    _syncs(snapshot)
    _reconciliation(snapshot)
    _versions(snapshot)


def _title(title: str, about: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")
        what_is_this(about)


def _coverage(snapshot: Snapshot) -> None:
    _title("What was checked", "coverage")
    found = checks(snapshot.cursor())
    if found.empty:
        st.info(runnable("Nothing has been checked: no source has given a ticket yet. Run `arbiter sync`."))
        return
    failed = found[found.failed > 0]
    said = f"{len(failed):,} of {fmt.count(len(found), 'check')} failed" if len(failed) else "All checks passed"
    st.markdown(f"{said}; {fmt.count(snapshot.tickets, 'ticket')} measured, {snapshot.excluded:,} left out.")
    table(found, _CHECKS, snapshot, "checks", "Checks of coverage", height=40 + 35 * min(len(found), 8))
    if len(failed):
        _failed(snapshot, [f"{row.source}: {row.check}" for row in failed[["source", "check"]].itertuples()])


def _failed(snapshot: Snapshot, failed: list[str]) -> None:
    chosen = st.selectbox("Tickets that failed", failed, key="failed", bind="query-params", width=480)
    source, _, check = (chosen or failed[0]).partition(": ")
    found = failed_tickets(snapshot.cursor(), source, check)
    say_hidden(found, "the table `coverage_item` of the mart, and of the export, has all of them")
    if not found.n:
        st.info("This check is of the source as a whole: its line above says what it found.", icon=":material/info:")
    elif len(found.rows):
        table(found.rows, _FAILED, snapshot, "failed-tickets", f"Tickets that failed: {check}", _low(found.rows))


def _low(rows: pd.DataFrame) -> int:
    return 40 + 35 * min(len(rows), 8)


def _left_out(snapshot: Snapshot) -> None:
    rows = left_out(snapshot.cursor())
    if rows.empty:
        return
    _title("What is in no figure, and why", "coverage_item")
    table(rows, _LEFT_OUT, snapshot, "left-out", "Tickets left out of every figure", _low(rows))


def _syncs(snapshot: Snapshot) -> None:
    _title("The last syncs", "sync_run")
    rows = sync_runs(snapshot.cursor())
    if rows.empty:
        st.info(runnable("No sync has run yet. Run `arbiter sync`."))
        return
    table(rows, _SYNCS, snapshot, "syncs", "The last syncs", _low(rows))


def _reconciliation(snapshot: Snapshot) -> None:
    _title("The source's own figures beside ours", "reconcile")
    found = reconciliation(snapshot.cursor())
    if found.empty:
        st.info("The source gives no figures of its own, or the profile maps none: there is nothing to compare.")
        return
    named = found.assign(clock=[_in_words(clock) for clock in found.clock])
    table(named, _CLASSES, snapshot, "reconciliation", "The source's own figures beside ours", _low(found))
    differing = found[~found["class"].isin(["agree", "running"])]
    if differing.empty:
        st.success("Every figure that can be compared agrees.", icon=":material/check_circle:")
        return
    names = [f"{clock}: {of_class}" for clock, of_class in zip(differing.clock, differing["class"], strict=True)]
    asked = "differ" in st.query_params
    with st.expander("The tickets that differ", asked, key="tickets-that-differ", on_change="rerun") as differ:
        if differ.open:
            _differing(snapshot, names)


def _in_words(clock: str) -> str:
    return in_words(clock).capitalize()


def _differing(snapshot: Snapshot, names: list[str]) -> None:
    chosen = st.selectbox(
        "Tickets that differ", names, format_func=_in_words, key="differ", bind="query-params", width=480
    )
    clock, _, of_class = (chosen or names[0]).partition(": ")
    pairs = reconciled(snapshot.cursor(), clock, of_class)
    say_hidden(pairs, runnable("`arbiter reconcile --json` has all of them"))
    if len(pairs.rows):
        table(pairs.rows, _PAIRS, snapshot, "pairs", f"{clock}: {of_class}", _low(pairs.rows))


def _versions(snapshot: Snapshot) -> None:
    _title("Versions", "meta")
    found = versions(snapshot.cursor())
    rows = [(title, _written(found[name], snapshot)) for name, title in _VERSIONS.items() if name in found]
    st.table(
        pd.DataFrame(rows), border="horizontal", hide_index=True, hide_header=True, width="content", alt="Versions"
    )


def _written(value: object, snapshot: Snapshot) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{fmt.instant(value.to_pydatetime(), snapshot.zone, seconds=True)} {fmt.plain(snapshot.zone.key)}"
    return "everything in the store" if value is None or value is pd.NaT else fmt.plain(str(value))


page()

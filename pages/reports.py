"""Reports: the month and other periods as files, the same as from the command line; and those that were frozen."""

import pandas as pd
import streamlit as st

from metrics.errors import ArbiterError
from metrics.profile import Profile
from reports.archive import Entry, frozen
from reports.kinds import KINDS, Kind
from reports.period import Period, last_ended
from reports.restatement import COMPARED
from sight.roles import ROLE_NAMES, sees_as_much
from ui import format as fmt
from ui.command import runnable
from ui.installation import installation
from ui.mart import Snapshot
from ui.people import Person
from ui.report_making import make, offer, show
from ui.session import here
from ui.table import Column, table

_OFFERED = 24  # periods back


def page() -> None:
    """Draws the page."""
    desk, snapshot, person = here().desk, here().snapshot, here().person
    if desk.profile is None:
        raise ArbiterError("The profile of this desk cannot be read, and reports need it. Run `arbiter check`.")
    kinds = [kind for kind in KINDS.values() if kind.roles & person.roles and not kind.of_board]
    with st.container(key="report-choice", horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Report", kinds, format_func=lambda kind: kind.title, key="report-kind", width=240)
        periods = _periods(kind, snapshot, desk.profile)
        period = st.selectbox("Period", periods, format_func=lambda p: p.title, key=f"report-{kind.period}", width=260)
        pressed = st.button("Make it", type="primary", icon=":material/description:", key="make-report")
    if pressed:
        make(desk, installation().config, person, kind, period)
    _about(kind, period, person)
    if desk.profile.board:
        st.caption("The papers of a board's meeting are made on the page of the ARB.")
    show(desk)
    st.subheader("Frozen", anchor=False)
    _frozen(frozen(desk.folder), desk.name, snapshot, person)


def _periods(kind: Kind, snapshot: Snapshot, profile: Profile) -> list[Period]:
    """The last periods that have ended by the instant that is shown, the latest first."""
    found = [last_ended(kind.period, snapshot.as_of, profile.zone)]
    while len(found) < _OFFERED:
        found.append(found[-1].previous())
    return found


def _about(kind: Kind, period: Period, person: Person) -> None:
    roles = ", ".join(ROLE_NAMES[role] for role in sorted(person.roles))
    st.caption(
        f"{kind.about.capitalize()}. {', '.join(f.upper() for f in kind.formats)}; as of "
        f"{fmt.end(period.ends_at, period.zone)}, for {roles}. "
        + runnable(f"The same as from `arbiter report {kind.name} {period.text}`.")
    )


def _frozen(entries: list[Entry], desk: str, snapshot: Snapshot, person: Person) -> None:
    """The reports that were frozen and that this person may see, each with its files."""
    cursor = snapshot.cursor()
    seen = {roles for roles in {e.roles for e in entries} if sees_as_much(cursor, person.roles, roles)}
    shown = [e for e in entries if e.roles in seen]
    if not shown:
        st.info(runnable("Nothing was frozen yet: `arbiter report monthly 2026-10 --freeze` archives what is sent."))
        return
    rows = pd.DataFrame(
        {
            "report": e.folder.parent.name, "number": e.number, "as_of": e.as_of, "frozen_at": e.known_at,
            "state": "draft" if e.manifest["draft"] else "complete", "profile": e.manifest["profile_hash"],
        }
        for e in reversed(shown)
    )  # fmt: skip
    columns = {
        "report": Column("Report", width=260), "number": Column("No.", "number"), "as_of": Column("As of", "instant"),
        "frozen_at": Column("Frozen", "instant"), "state": Column("It was"), "profile": Column("Profile"),
    }  # fmt: skip
    table(rows, columns, snapshot, "frozen", "Frozen reports")
    entry = st.selectbox("Take again", list(reversed(shown)), format_func=_name, key="frozen-report", width=420)
    with st.container(key="frozen-files", horizontal=True):
        for file in entry.files:
            offer(file.name, file.read_bytes(), "frozen")
    asked = entry.asked(desk)
    said = f"`arbiter report again {asked}` makes the last one of that name anew from what was archived with it"
    if entry.manifest["kind"] in COMPARED:
        said += f"; `arbiter report diff {asked}` says what changed since"
    st.caption(runnable(f"{said}."))


def _name(entry: Entry) -> str:
    return f"{entry.folder.parent.name}, no. {entry.number}"


page()

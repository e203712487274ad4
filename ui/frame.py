"""What stands around every page: the desk, the instant that is shown, and what the figures leave out."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import streamlit as st

from ui import format as fmt
from ui.installation import DeskShown
from ui.mart import NoMart, Snapshot, current_version

DESK = "desk"  # the name of the choice of a desk, in the session and in the address
STALE_AFTER = timedelta(hours=26)  # a nightly sync and its delays


def chosen_desk(known: list[DeskShown]) -> DeskShown:
    """The desk to show: the only one, or the one that is chosen; kept in the address."""
    desk = known[0]
    if len(known) > 1:
        by_name = {one.name: one for one in known}
        name = st.selectbox("Desk", list(by_name), key=DESK, bind="query-params", width=180)
        desk = by_name[name or desk.name]
    st.markdown(f"**{fmt.plain(desk.title)}**", width="content")
    return desk


def snapshot_line(snapshot: Snapshot) -> None:
    """As of when the figures are, and what they leave out."""
    coverage = snapshot.cursor().execute('SELECT source, "check", checked, failed, detail FROM coverage').df()
    zone = fmt.local(snapshot.as_of, snapshot.zone).tzname()
    st.markdown(f"as of **{fmt.instant(snapshot.as_of, snapshot.zone)} {zone}**", width="content")
    _coverage(snapshot, coverage)


def _coverage(snapshot: Snapshot, coverage: pd.DataFrame) -> None:
    failed = int((coverage.failed > 0).sum())
    said = [fmt.count(snapshot.tickets, "ticket"), f"{snapshot.excluded:,} left out"]
    said += [fmt.count(failed, "check") + " failed"] if failed else ["all checks passed"]
    with st.popover(" · ".join(said), icon=":material/fact_check:", key="coverage"):
        st.markdown(
            f"**What the figures rest on.** {fmt.count(snapshot.tickets, 'ticket')} measured; "
            f"{fmt.count(snapshot.excluded, 'ticket')} left out, because their history did not arrive whole "
            "or their project or type is out of scope."
        )
        st.dataframe(
            coverage.sort_values(["failed", "source", "check"], ascending=[False, True, True]),
            hide_index=True,
            width=720,
            alt="Checks of coverage",
            placeholder="",
            column_config={
                "source": st.column_config.TextColumn("Source", width=80),
                "check": st.column_config.TextColumn("Check", width=230),
                "checked": st.column_config.NumberColumn("Checked", format="localized", width=80),
                "failed": st.column_config.NumberColumn("Failed", format="localized", width=70),
                "detail": st.column_config.TextColumn("Detail", width=240),
            },
        )
        st.caption(f"Published {fmt.instant(snapshot.published_at, snapshot.zone)}, {snapshot.version}")


def warn_if_stale(snapshot: Snapshot) -> None:
    """Says when the snapshot is old. No figure depends on the present time; whether there should be newer ones does."""
    age = datetime.now(UTC).replace(tzinfo=None) - snapshot.as_of
    if age > STALE_AFTER:
        days = max(1, round(age / timedelta(days=1)))
        st.warning(
            f"This is how the desk stood {fmt.count(days, 'day')} ago. Run `arbiter sync` to see it as it is now.",
            icon=":material/history:",
        )


def published(desk: DeskShown) -> str | None:
    """The name of the version that a run begun now would read; None when there is none."""
    try:
        return current_version(desk.mart_dir)
    except NoMart:
        return None


@st.fragment(run_every="20s")
def watch(desk: DeskShown, version: str | None) -> None:
    """Shows a new publish, the first one too, by itself."""
    if published(desk) != version:
        st.rerun()

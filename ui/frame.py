"""What stands around every page: the desk, the instant that is shown, and what the figures leave out."""

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

import pandas as pd
import streamlit as st

from metrics.errors import ArbiterError
from sight.opening import NoMart
from ui import format as fmt
from ui.as_of import ADDRESS, KNOWN, Asked
from ui.command import runnable
from ui.installation import DeskShown
from ui.mart import Snapshot, current_version

DESK = "desk"  # the name of the choice of a desk, in the session and in the address
STALE_AFTER = timedelta(hours=26)  # a nightly sync and its delays
IDLE_AFTER = 300  # seconds after which new figures show by themselves: nobody is in the middle of reading
_KEPT, _PAGE, _RUN, _SEEN = "as-of-kept", "page-shown", "last-run", "version-seen"


def chosen_desk(known: list[DeskShown]) -> DeskShown:
    """The desk to show: the only one, or the one that is chosen; kept in the address."""
    desk = known[0]
    if len(known) > 1:
        by_name = {one.name: one for one in known}
        name = st.selectbox("Desk", list(by_name), key=DESK, bind="query-params", width=180)
        desk = by_name[name or desk.name]
    st.markdown(f"**{fmt.plain(desk.title)}**", width="content")
    return desk


def as_of_address() -> tuple[str | None, str | None]:
    """`as_of` and `known` as they stand in the address."""
    return st.query_params.get(ADDRESS), st.query_params.get(KNOWN)


def comes_from_another(page: str) -> bool:
    """Whether another page than this one was shown last."""
    before, st.session_state[_PAGE] = st.session_state.get(_PAGE, page), page
    return bool(before != page)


def keep_as_of(arrived: bool) -> None:
    """Another page is looked at as of the same instant: Streamlit drops from the address what is no widget's."""
    if arrived and as_of_address() == (None, None):
        st.query_params.update(st.session_state.get(_KEPT, {}))
    st.session_state[_KEPT] = {name: value for name in (ADDRESS, KNOWN) if (value := st.query_params.get(name))}


def say_page_lacks(desk: DeskShown, title: str) -> None:
    """Says that this desk has no such page as the address names."""
    st.info(f"{fmt.plain(desk.title)} has no page “{title}”; this is its first one.", icon=":material/info:")


def refuse(error: ArbiterError) -> None:
    """Says why the instant in the address cannot be shown, and the way back."""
    st.warning(runnable(str(error)), icon=":material/info:")
    _back_to_now()


def _back_to_now() -> None:
    st.button("Back to now", on_click=_forget_as_of, icon=":material/update:", key="back-to-now")


def _forget_as_of() -> None:
    for name in (ADDRESS, KNOWN):
        st.query_params.pop(name, None)


def frame_line(snapshot: Snapshot, wanted: Asked | None) -> None:
    """As of when the figures are, with the way to another instant, and what they leave out."""
    _as_of_picker(snapshot, wanted)
    coverage = snapshot.cursor().execute('SELECT source, "check", checked, failed, detail FROM coverage').df()
    _coverage(snapshot, coverage)


def _as_of_picker(snapshot: Snapshot, wanted: Asked | None) -> None:
    label = f"as of **{fmt.end(snapshot.as_of, snapshot.zone)}**"
    with st.popover(label, icon=":material/calendar_clock:", key="as-of"), st.form("as-of-form", border=False):
        st.markdown(f"**The desk as it was**, at an instant in {fmt.plain(snapshot.zone.key)}.")
        shown = fmt.local(snapshot.as_of, snapshot.zone).date() - timedelta(days=1)
        day = st.date_input("Day", shown, format="YYYY-MM-DD", key="as-of-day", max_value=_today(snapshot))
        hour = st.time_input("Time (empty: the end of the day)", None, key="as-of-time")
        then = st.toggle("By what was known then", bool(wanted and wanted.known_then), key="as-of-known")
        if st.form_submit_button("Show", type="primary", icon=":material/history:"):
            _go(day, hour, then)


def _today(snapshot: Snapshot) -> date:
    return max(datetime.now(snapshot.zone).date(), fmt.local(snapshot.as_of, snapshot.zone).date())


def _go(day: date, hour: time_of_day | None, known_then: bool) -> None:
    st.query_params[ADDRESS] = f"{day}T{hour:%H:%M}" if hour else str(day)
    st.query_params.pop(KNOWN, None)
    if known_then:
        st.query_params[KNOWN] = "then"
    st.rerun()


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


def notices(snapshot: Snapshot, wanted: Asked | None) -> None:
    """What a reader has to know before any figure: another instant, old figures, a source that could not be read."""
    if wanted:
        _banner(snapshot, wanted)
        return
    _warn_if_stale(snapshot)
    _warn_if_sync_failed(snapshot)


def _banner(snapshot: Snapshot, wanted: Asked) -> None:
    by = "by what was known then" if wanted.known_then else "by what is known now"
    with st.container(key="as-of-banner", horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/history: **As it was on {fmt.end(snapshot.as_of, snapshot.zone)}**, {by}.",
            width="stretch",
        )
        _back_to_now()


def _warn_if_stale(snapshot: Snapshot) -> None:
    """Says when the snapshot is old. No figure depends on the present time; whether there should be newer ones does."""
    age = datetime.now(UTC).replace(tzinfo=None) - snapshot.as_of
    if age > STALE_AFTER:
        days = max(1, round(age / timedelta(days=1)))
        st.warning(
            runnable(
                f"This is how the desk stood {fmt.count(days, 'day')} ago. Run `arbiter sync` to see it as it is now."
            ),
            icon=":material/history:",
        )


def _warn_if_sync_failed(snapshot: Snapshot) -> None:
    """Says which sources the last sync could not read, since when, and what it was told."""
    rows = snapshot.cursor().execute(
        """SELECT c.source, max(c.detail), max(r.ended_at) FILTER (WHERE r.outcome = 'done')
           FROM coverage c LEFT JOIN sync_run r ON r.source = c.source
           WHERE c."check" = 'last sync' AND c.failed > 0 GROUP BY c.source ORDER BY c.source"""
    ).fetchall()  # fmt: skip
    for source, detail, read_at in rows:
        last = f"was last read whole on {fmt.instant(read_at, snapshot.zone)}" if read_at else "was never read whole"
        st.warning(
            f"The last sync could not read the source **{fmt.plain(source)}**, which {last}: its newer changes are "
            f"missing here. {fmt.plain(detail) or 'Whoever runs Arbiter can say why.'}\n\n"
            + runnable("Run `arbiter check`, then `arbiter sync`."),
            icon=":material/sync_problem:",
        )


def new_figures(desk: DeskShown) -> None:
    """Offers a new publish as soon as it is there; the next run reads it anyway, and an idle screen by itself."""
    st.session_state[_RUN] = time.monotonic()
    st.session_state[_SEEN] = _published(desk)
    _watch(desk)


def _published(desk: DeskShown) -> str | None:
    """The name of the version that a run begun now would read; None when there is none."""
    try:
        return current_version(desk.mart_dir)
    except NoMart:
        return None


@st.fragment(run_every="20s")
def _watch(desk: DeskShown) -> None:
    seen = st.session_state.get(_SEEN)
    if _published(desk) == seen or st.query_params.get(ADDRESS):
        return
    if seen is None or time.monotonic() - st.session_state[_RUN] > IDLE_AFTER:
        st.rerun()
    with st.container(key="new-figures", horizontal=True, vertical_alignment="center"):
        st.markdown(":material/fiber_new: New figures were published.", width="content")
        if st.button("Show", type="tertiary", key="show-new-figures"):
            st.rerun()

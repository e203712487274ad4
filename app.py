"""The dashboard's entry: which desk, which snapshot, which page. No data work."""

from pathlib import Path

import streamlit as st

from ui.frame import chosen_desk, published, snapshot_line, warn_if_stale, watch
from ui.guard import guarded
from ui.installation import desks
from ui.mart import current_snapshot
from ui.session import use_snapshot

HERE = Path(__file__).parent
PAGES = (
    st.Page(HERE / "pages" / "overview.py", title="Overview", default=True),
    st.Page(HERE / "pages" / "ticket.py", title="Ticket", url_path="ticket"),
)


@guarded
def main() -> None:
    """One run: the frame, then the page."""
    page = st.navigation(list(PAGES), position="top")
    st.html(HERE / "ui" / "style.css")
    frame = st.container(key="frame", horizontal=True, vertical_alignment="center", gap="medium")
    with frame:
        desk = chosen_desk(desks())
    watch(desk, published(desk))
    snapshot = current_snapshot(desk.mart_dir)
    with frame:
        snapshot_line(snapshot)
    use_snapshot(snapshot)
    warn_if_stale(snapshot)
    guarded(page.run)()


st.set_page_config(page_title="Arbiter", page_icon=HERE / "ui" / "arbiter.svg", layout="wide")
st.logo(HERE / "ui" / "arbiter.svg", size="medium")
main()

"""The dashboard's entry: who is looking, which desk, which snapshot, which page. No data work."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from metrics.errors import ArbiterError
from sight.pseudonyms import pseudonym_key
from ui.about import what_is_this
from ui.as_of import Asked, asked, mart_as_of, show_building
from ui.background import Build
from ui.command import of_desk
from ui.frame import (
    as_of_address,
    chosen_desk,
    comes_from_another,
    frame_line,
    keep_as_of,
    new_figures,
    notices,
    refuse,
    say_page_lacks,
)
from ui.guard import guarded
from ui.installation import DeskShown, Installation, installation
from ui.mart import Snapshot, current_snapshot, snapshot_of
from ui.navigation import about_page, lacking_for, pages_for
from ui.people import Person, looking, open_to_others
from ui.saved_views import saved_views
from ui.session import Here, use
from ui.sign_in import ask_to_sign_in, say_open_to_others, say_without_role, who_is_here

HERE = Path(__file__).parent


@guarded
def main() -> None:
    """One run: the frame, then the page, for somebody who may see any."""
    site = installation()
    st.html(HERE / "ui" / "style.css")
    person = looking(site.auth)
    if open_to_others(site.auth):
        _only(say_open_to_others)
    elif person is None:
        _only(lambda: ask_to_sign_in(", ".join(desk.title for desk in site.desks)))
    elif not person.roles:
        _only(lambda: say_without_role(person))
    else:
        _run(site, person)


def _only(say: Callable[[], None]) -> None:
    """Nothing but this, whatever page the address names."""
    st.navigation([st.Page(say, title="Arbiter", url_path="sign-in")], position="hidden").run()


def _run(site: Installation, person: Person) -> None:
    frame = st.container(key="frame", horizontal=True, vertical_alignment="center", gap="medium")
    with frame:
        desk = chosen_desk(site.desks)
    of_desk(desk.options)
    pages = pages_for(person, desk, len(site.desks))
    page = st.navigation(pages, position="top")
    st.set_page_config(page_title=f"{page.title} · {desk.title} · Arbiter")
    lacking = {one.file: one.title for one in lacking_for(person, desk, len(site.desks))}
    arrived = comes_from_another(page.url_path)
    keep_as_of(arrived)
    new_figures(desk)
    shown = _chosen(site, desk, person)
    if shown is None:
        return
    snapshot, wanted = shown
    with frame:
        frame_line(snapshot, wanted)
        what_is_this(about_page(page.title))
        theirs = {p.url_path for group in pages.values() for p in group}
        saved_views(desk, person, page.url_path, theirs - lacking.keys())
        who_is_here(person)
    use(Here(desk, snapshot, person, arrived))
    if page.url_path in lacking:
        say_page_lacks(desk, lacking[page.url_path])
    notices(snapshot, wanted)
    guarded(page.run)()


def _chosen(site: Installation, desk: DeskShown, person: Person) -> tuple[Snapshot, Asked | None] | None:
    """The snapshot of this run, and what the address asked for; None while it is being made, or cannot be."""
    key = pseudonym_key(desk.folder) if person.sees_pseudonyms else b""
    now = current_snapshot(desk.mart_dir, person.roles, key)
    try:
        wanted = asked(*as_of_address(), desk, now)
        if wanted is None:
            return now, None
        built = mart_as_of(desk, site.config, now, wanted)
    except ArbiterError as error:
        refuse(error)
        return None
    if isinstance(built, Build):
        show_building(built, wanted, now)
        return None
    return snapshot_of(built, person.roles, key, now.path), wanted


st.set_page_config(page_title="Arbiter", page_icon=HERE / "ui" / "arbiter.svg", layout="wide")
st.logo(HERE / "ui" / "arbiter.svg", size="medium")
main()

"""All pages: in which group they stand, for which roles, and what a desk needs for them. A new page is a line here."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from metrics.profile import Role
from ui.installation import DeskShown
from ui.people import ROLES, Person

_FOLDER = Path(__file__).resolve().parent.parent / "pages"
FIRST, PERFORMANCE, BOARD, REFERENCE = "", "Performance", "Board", "Reference"  # the first stand in no group
GROUPS = (FIRST, PERFORMANCE, BOARD, REFERENCE)
EVERYBODY = frozenset(ROLES)


@dataclass(frozen=True)
class Listed:
    """A page: `file` in the folder `pages` is also its address; `needs` are fields that the desk's profile maps."""

    file: str
    title: str
    group: str
    roles: frozenset[Role] = EVERYBODY
    needs: frozenset[str] = frozenset()


PAGES = (
    Listed("today", "Today", FIRST, frozenset({"service_manager", "security"})),
    Listed("overview", "Overview", FIRST),
    Listed("goals", "Goals", PERFORMANCE),
    Listed("flow", "Flow", PERFORMANCE),
    Listed("ticket", "Ticket", REFERENCE),
)


def pages_for(person: Person, desk: DeskShown) -> dict[str, list[st.Page]]:
    """The pages that this person has on this desk, by group. Each has an address of its own, the same for everybody who
    has it; the first one is also the start, at the bare address."""
    mapped = set(desk.profile.field) if desk.profile else set().union(*(page.needs for page in PAGES))
    theirs = [page for page in PAGES if page.roles & person.roles and page.needs <= mapped]
    found = {group: [_page(page) for page in theirs if page.group == group] for group in GROUPS}
    start = st.Page(_file(theirs[0]), title=theirs[0].title, url_path="start", default=True, visibility="hidden")
    return {group: pages for group, pages in (found | {FIRST: [start, *found[FIRST]]}).items() if pages}


def _page(page: Listed) -> st.Page:
    return st.Page(_file(page), title=page.title, url_path=page.file)


def _file(page: Listed) -> Path:
    return _FOLDER / f"{page.file}.py"

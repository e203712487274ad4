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
    """A page: `file` in the folder `pages` is also its address; `needs` are fields that the desk's profile maps.
    `about` is what the Definitions page tells of it: a theme, a table, a rule."""

    file: str
    title: str
    group: str
    roles: frozenset[Role] = EVERYBODY
    needs: frozenset[str] = frozenset()
    about: str = ""


PAGES = (
    Listed("overview", "Overview", FIRST, about="Goals"),
    Listed("findings", "Findings", PERFORMANCE, about="Findings"),
    Listed("ticket", "Ticket", REFERENCE, about="Clocks"),
    Listed("definitions", "Definitions", REFERENCE),
    Listed("data", "Data", REFERENCE, about="Coverage"),
)


def about_page(title: str) -> str:
    """What the Definitions page tells of the page with that title; empty where it tells nothing."""
    return next((page.about for page in PAGES if page.title == title), "")


def pages_for(person: Person, desk: DeskShown) -> dict[str, list[st.Page]]:
    """The pages that this person has on this desk, by group; the first one is the start."""
    mapped = set(desk.profile.field) if desk.profile else set().union(*(page.needs for page in PAGES))
    found: dict[str, list[st.Page]] = {group: [] for group in GROUPS}
    for page in PAGES:
        if page.roles & person.roles and page.needs <= mapped:
            default = not any(found.values())
            where = None if default else page.file
            found[page.group].append(
                st.Page(_FOLDER / f"{page.file}.py", title=page.title, url_path=where, default=default)
            )
    return {group: pages for group, pages in found.items() if pages}

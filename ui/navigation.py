"""All pages: in which group they stand, for which roles, and what a desk needs for them. A new page is a line here."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from metrics.profile import Profile, Role
from ui.installation import DeskShown
from ui.people import ROLES, Person

_FOLDER = Path(__file__).resolve().parent.parent / "pages"
FIRST, PERFORMANCE, BOARD, REFERENCE = "", "Performance", "Board", "Reference"  # the first stand in no group
GROUPS = (FIRST, PERFORMANCE, BOARD, REFERENCE)
EVERYBODY = frozenset(ROLES)
_START = "start"  # Streamlit wants a name of its own for the start too, though its address is bare
CHAINS = "chains"  # needed: a profile that says how clones are linked
STAGES = "stages"  # needed: a profile that has stages
GOALS, FINDINGS, BOARDS = "goals", "findings", "boards"  # needed: a profile that has some
SEVERAL = "several desks"  # needed: more than one in this installation


@dataclass(frozen=True)
class Listed:
    """A page: `file` in the folder `pages` is also its address; `needs` are fields that the desk's profile maps, or what
    else it or the installation has (CHAINS and so on). `about` is what the Definitions page tells of it: a theme, a table,
    a rule."""

    file: str
    title: str
    group: str
    roles: frozenset[Role] = EVERYBODY
    needs: frozenset[str] = frozenset()
    about: str = ""


PAGES = (
    Listed("today", "Today", FIRST, frozenset({"service_manager", "security"}), about="Goals"),
    Listed("overview", "Overview", FIRST, about="Goals"),
    Listed("desks", "Desks", FIRST, needs=frozenset({SEVERAL}), about="Goals"),
    Listed("goals", "Goals", PERFORMANCE, needs=frozenset({GOALS}), about="Goals"),
    Listed("flow", "Flow", PERFORMANCE, about="Flow"),
    Listed("work", "Work", PERFORMANCE, about="Units and products"),
    Listed("chains", "Where the time goes", PERFORMANCE, needs=frozenset({CHAINS}), about="Chains"),
    Listed("stages", "Stages", PERFORMANCE, needs=frozenset({STAGES}), about="Stages"),
    Listed("eta", "ETA", PERFORMANCE, needs=frozenset({"eta"}), about="ETA"),
    Listed("satisfaction", "Satisfaction", PERFORMANCE, needs=frozenset({"score"}), about="Satisfaction"),
    Listed("findings", "Findings", PERFORMANCE, needs=frozenset({FINDINGS}), about="Findings"),
    Listed("arb", "ARB", BOARD, frozenset({"service_manager", "arb", "esa"}), frozenset({BOARDS}), about="agenda"),
    Listed("recommendations", "Recommendations", BOARD, frozenset({"service_manager", "arb", "esa"})),
    Listed("reports", "Reports", BOARD, about="Coverage"),
    Listed("ticket", "Ticket", REFERENCE, about="Clocks"),
    Listed("definitions", "Definitions", REFERENCE),
    Listed("data", "Data", REFERENCE, about="Coverage"),
)


def about_page(title: str) -> str:
    """What the Definitions page tells of the page with that title; empty where it tells nothing."""
    return next((page.about for page in PAGES if page.title == title), "")


def listed_for(person: Person, desk: DeskShown, desks: int) -> list[Listed]:
    """The pages that this person has on this desk, one of so many in the installation."""
    has = _has(desk.profile) if desk.profile else set[str]().union(*(page.needs for page in PAGES)) - {SEVERAL}
    has |= {SEVERAL} if desks > 1 else set()
    return [page for page in PAGES if page.roles & person.roles and page.needs <= has]


def lacking_for(person: Person, desk: DeskShown, desks: int) -> list[Listed]:
    """The pages that this person may have on other desks and does not have on this one."""
    theirs = listed_for(person, desk, desks)
    return [page for page in PAGES if page.roles & person.roles and page not in theirs]


def pages_for(person: Person, desk: DeskShown, desks: int) -> dict[str, list[st.Page]]:
    """The pages of `listed_for` by group. Each has an address of its own, the same for everybody who has it; the first
    one is also the start, at the bare address, and stands at the addresses of the pages that the desk lacks."""
    theirs = listed_for(person, desk, desks)
    found = {group: [_page(page) for page in theirs if page.group == group] for group in GROUPS}
    first, title = _file(theirs[0]), theirs[0].title
    start = st.Page(first, title=title, url_path=_START, default=True, visibility="hidden")
    lacking = [
        st.Page(first, title=title, url_path=page.file, visibility="hidden")
        for page in lacking_for(person, desk, desks)
    ]
    return {group: pages for group, pages in (found | {FIRST: [start, *found[FIRST], *lacking]}).items() if pages}


def _page(page: Listed) -> st.Page:
    return st.Page(_file(page), title=page.title, url_path=page.file)


def _file(page: Listed) -> Path:
    return _FOLDER / f"{page.file}.py"


def _has(profile: Profile) -> set[str]:
    """What pages may need, of this profile."""
    other = {
        CHAINS: profile.link.clones, STAGES: profile.stage, GOALS: profile.goal, FINDINGS: profile.finding,
        BOARDS: profile.board,
    }  # fmt: skip
    return {*profile.field, *(name for name, part in other.items() if part)}

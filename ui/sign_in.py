"""What somebody sees who may not see anything yet."""

import streamlit as st

from sight.roles import ROLE_NAMES
from ui import format as fmt
from ui.people import Person


def ask_to_sign_in(page_title: str) -> None:
    """The page of somebody who has to sign in."""
    st.markdown(f"#### {page_title}")
    st.markdown("Sign in to see the desk.")
    st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:")


def say_without_role(person: Person) -> None:
    """The page of somebody who signed in and has no role."""
    st.info(
        f"You are signed in as {fmt.plain(person.name)}, who has no role here. Ask whoever runs Arbiter to give you one.",
        icon=":material/no_accounts:",
    )
    st.button("Sign out", on_click=st.logout, type="tertiary", icon=":material/logout:")


def say_open_to_others() -> None:
    """What everybody sees of a dashboard that would show itself to anybody."""
    st.error(
        "Nobody signs in here, and this dashboard listens on more than this machine: nothing is shown. Start it with "
        "`arbiter serve`, or configure `[auth]`.",
        icon=":material/lock:",
    )


def who_is_here(person: Person) -> None:
    """The person, their roles, and the way out; or that nobody signs in."""
    if person.id is None:
        st.markdown(":gray-badge[:material/computer: no sign-in: this machine only]", width="content")
        return
    with st.popover(fmt.plain(person.name), icon=":material/account_circle:", key="person"):
        st.markdown("Signed in as " + ", ".join(ROLE_NAMES[role] for role in ROLE_NAMES if role in person.roles))
        st.button("Sign out", on_click=st.logout, icon=":material/logout:")

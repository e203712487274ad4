"""From a figure to what it means: links to the Definitions page."""

import streamlit as st

from ui.as_of import kept

ADDRESS = "about"


def what_is_this(about: str, label: str = "What is this?") -> None:
    """A small link to what the Definitions page says of a theme, a table or view of the mart, or a rule; none without."""
    if about:
        definition_link(about, label, ":material/help:")


def definition_link(about: str, label: str, icon: str | None = None) -> None:
    """A link to a definition, as of the same instant."""
    st.page_link(
        "pages/definitions.py", label=label, icon=icon, query_params=kept() | {ADDRESS: about}, width="content"
    )

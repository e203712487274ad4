"""From a figure to what it means: links to the Definitions page."""

import streamlit as st

from ui.as_of import kept

ADDRESS = "about"


def what_is_this(about: str, label: str = "What is this?") -> None:
    """A small link to what the Definitions page says of a theme, a table or view of the mart, or a rule, as of the same
    instant; none without."""
    if about:
        st.page_link(
            "pages/definitions.py",
            label=label,
            icon=":material/help:",
            query_params=kept() | {ADDRESS: about},
            width="content",
        )

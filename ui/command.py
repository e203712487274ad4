"""The commands that a page tells people to run, with what these take to be about the desk that is shown."""

import re

import streamlit as st

_OPTIONS = "command-options"
_COMMAND = re.compile(r"`(arbiter [^`]+)`")


def of_desk(options: str) -> None:
    """Fixes what the commands of this run take."""
    st.session_state[_OPTIONS] = options


def runnable(text: str) -> str:
    """The text with the options in each command that it names."""
    options = st.session_state.get(_OPTIONS, "")
    return _COMMAND.sub(lambda found: f"`{found[1]}{options}`", text)

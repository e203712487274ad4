"""The dashboard as a server: `app.py`, and what signing people in needs. Started by `arbiter serve`."""

import os
import signal
import sys
from pathlib import Path
from threading import Thread

import streamlit as st

from ui.installation import streamlit_secrets


def _end_with_the_command() -> None:
    """`arbiter serve` holds the other end of standard input: however it ends, the dashboard does not keep its port."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if "ARBITER_ENDS_WITH_STDIN" in os.environ:
    Thread(target=_end_with_the_command, daemon=True).start()

app = st.App(Path(__file__).parent / "app.py", secrets=streamlit_secrets())

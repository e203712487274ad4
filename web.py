"""The dashboard as a server: `app.py`, and what signing people in needs. Started by `arbiter serve`."""

import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from threading import Thread

import streamlit as st

from ui.installation import streamlit_secrets

# Streamlit collects garbage after every run of a page; what stays for ever need not be walked through each time.
for _name in ("openpyxl", "pandas", "plotly.graph_objects", "pyarrow"):
    import_module(_name)
gc.freeze()


def _end_with_the_command() -> None:
    """`arbiter serve` holds the other end of standard input: however it ends, the dashboard does not keep its port."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if "ARBITER_ENDS_WITH_STDIN" in os.environ:
    Thread(target=_end_with_the_command, daemon=True).start()

app = st.App(Path(__file__).parent / "app.py", secrets=streamlit_secrets())

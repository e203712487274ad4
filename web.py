"""The dashboard as a server: `app.py`, and what signing people in needs. Started by `arbiter serve`."""

import gc
from importlib import import_module
from pathlib import Path

import streamlit as st

from ui.installation import streamlit_secrets

# Streamlit collects garbage after every run of a page; what stays for ever need not be walked through each time.
for _name in ("openpyxl", "pandas", "plotly.graph_objects", "pyarrow"):
    import_module(_name)
gc.freeze()

app = st.App(Path(__file__).parent / "app.py", secrets=streamlit_secrets())

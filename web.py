"""The dashboard as a server: `app.py`, and what signing people in needs. Started by `arbiter serve`."""

from pathlib import Path

import streamlit as st

from ui.installation import streamlit_secrets

app = st.App(Path(__file__).parent / "app.py", secrets=streamlit_secrets())

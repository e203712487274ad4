"""The e-mails that the procedure asks for on Today (AMP-G4): one for each assignee and service, with all their tickets."""

from typing import Any

import pandas as pd
import streamlit as st

from ui import format as fmt
from ui.mail import Draft, offer
from ui.mart import Snapshot

_STEP = "e-mail"  # how the profile's actions begin that ask for one


def mails(rows: pd.DataFrame, snapshot: Snapshot) -> None:
    """The draft for one assignee and service at a time, of the steps that wait for an e-mail; nothing when none does."""
    wanted = rows[rows.action.str.startswith(_STEP)]
    if wanted.empty:
        return
    asked: dict[str, list[dict[str, Any]]] = {}
    for row in wanted.to_dict("records"):
        asked.setdefault(_whom(row), []).append(row)
    title = f"E-mails to send: {len(asked):,}, on {fmt.count(len(wanted), 'step')}"
    with st.expander(title, icon=":material/mail:", key="mails"):
        whom = st.selectbox("To", list(asked), key="mail-to") or next(iter(asked))
        offer(_draft(asked[whom], snapshot), f"escalation-{snapshot.as_of:%Y%m%d}", "mail-eml")


def _whom(row: dict[str, Any]) -> str:
    """Whom the first step names: the assignee, and the service manager of the service."""
    assignee = row["assignee"] if isinstance(row["assignee"], str) else "nobody assigned"
    return (
        f"{assignee}, and the service manager of {row['service'] if isinstance(row['service'], str) else 'no service'}"
    )


def _draft(rows: list[dict[str, Any]], snapshot: Snapshot) -> Draft:
    nwd = snapshot.nwd_seconds
    keys = ", ".join(dict.fromkeys(row["key"] for row in rows))
    lines = [f"To {_whom(rows[0])}.", "", "These tickets have passed an alert of their goal:", ""]
    for row in rows:
        lines += [
            f"- {row['key']}: {row['summary']} ({row['status']})",
            f"  {row['clock_name']}: alert {row['alert_of']}; time left of the goal of "
            f"{fmt.duration(row['goal_seconds'], nwd)}: {fmt.remaining(row['left_seconds'], nwd)}",
        ]
        lines += [f"  {row['url']}"] * isinstance(row["url"], str)
    lines += ["", f"As of {fmt.end(snapshot.as_of, snapshot.zone)}. Please see to it that they are resolved in time."]
    return Draft(f"Escalation: {keys}", "\n".join(lines))

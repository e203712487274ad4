"""A message that the reader sends: to copy, to open in the mail program, or as a file for it. No address is kept."""

from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import quote

import streamlit as st

_LONGEST = 1800  # characters of a mailto address that every mail program takes


@dataclass(frozen=True)
class Draft:
    """What is to be sent."""

    subject: str
    body: str

    def mailto(self) -> str | None:
        """The address that opens it in the mail program; None when it is too long for that."""
        address = f"mailto:?subject={quote(self.subject)}&body={quote(self.body)}"
        return address if len(address) <= _LONGEST else None

    def eml(self) -> bytes:
        """The file that mail programs open ready to be sent."""
        mail = EmailMessage()
        mail["Subject"] = " ".join(self.subject.split())
        mail["X-Unsent"] = "1"
        mail.set_content(self.body)
        return mail.as_bytes()


def offer(draft: Draft, file: str, key: str) -> None:
    """Draws the message with its three ways out; `file` is the file's name without its ending."""
    st.code(f"{draft.subject}\n\n{draft.body}", language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        if address := draft.mailto():
            st.link_button("Open in the mail program", address, icon=":material/mail:")
        else:
            st.caption("Too long to open in the mail program by a link: copy it, or take the file.", width="content")
        st.download_button(
            "As a file (.eml)", draft.eml(), f"{file}.eml", "message/rfc822",
            key=key, on_click="ignore", icon=":material/download:",
        )  # fmt: skip

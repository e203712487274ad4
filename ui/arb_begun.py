"""An action that somebody writes: what stands in its fields is kept while another ticket is shown, until it is recorded."""

import streamlit as st

from ui.arb_sitting import Sitting


class Begun:
    """The action that somebody begins on a ticket in this session. `text`, `who`, `due` are the keys of its fields."""

    def __init__(self, now: Sitting, ticket_id: str) -> None:
        about = f"{now.meeting.id}-{ticket_id}"
        self.text, self.who, self.due = (f"arb-{part}-{about}" for part in ("what", "who", "until"))
        self._kept, offered = f"arb-begun-{about}", f"arb-offered-{about}"
        # the assignee when the ticket was first shown here: another one since is nothing that somebody wrote
        who = st.session_state.setdefault(offered, now.about[ticket_id].assignee or "")
        self._at_first = {self.text: "", self.who: who, self.due: None}

    def fill(self) -> None:
        """Fills its fields with what was begun before another ticket was shown, which Streamlit forgets."""
        for key, value in (self._at_first | st.session_state.get(self._kept, {})).items():
            st.session_state.setdefault(key, value)

    def keep(self) -> None:
        """Keeps what stands in its fields, in a callback."""
        st.session_state[self._kept] = {key: st.session_state[key] for key in self._at_first}

    def clear(self) -> None:
        """Empties its fields, in a callback."""
        st.session_state.update({self.text: "", self.who: "", self.due: None})
        self.keep()

    @property
    def waits(self) -> bool:
        """Whether somebody wrote in its fields what is not recorded."""
        kept = st.session_state.get(self._kept, {})
        said = {key: st.session_state.get(key, kept.get(key)) for key in self._at_first}
        return any(value and value != self._at_first[key] for key, value in said.items())


def unrecorded(now: Sitting) -> list[str]:
    """The tickets of the agenda, by key, on which somebody here began an action that is not recorded."""
    return [now.about[item.ticket_id].key for item in now.agenda if Begun(now, item.ticket_id).waits]

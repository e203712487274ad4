"""An action that somebody writes: what stands in its fields is kept while another ticket is shown, until it is recorded."""

import streamlit as st

from ui.arb_sitting import Sitting


class Begun:
    """The action that somebody begins on a ticket in this session. `text`, `who`, `due` are the keys of its fields."""

    def __init__(self, now: Sitting, ticket_id: str) -> None:
        about = f"{now.meeting.id}-{ticket_id}"
        self.text, self.who, self.due = (f"arb-{part}-{about}" for part in ("what", "who", "until"))
        self._kept, self._offered = f"arb-begun-{about}", f"arb-offered-{about}"
        self._assignee = now.about[ticket_id].assignee or ""

    def fill(self) -> None:
        """Fills its fields with what was begun before another ticket was shown, which Streamlit forgets; else offers the
        assignee."""
        if self.who not in st.session_state and self._kept not in st.session_state:
            st.session_state[self._offered] = self._assignee
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
    def _at_first(self) -> dict[str, str | None]:
        """What stands in its fields as long as nobody writes: another assignee than was offered is nothing that they wrote."""
        return {self.text: "", self.who: st.session_state.get(self._offered, ""), self.due: None}

    @property
    def waits(self) -> bool:
        """Whether somebody wrote in its fields what is not recorded."""
        kept = st.session_state.get(self._kept, {})
        said = {key: st.session_state.get(key, kept.get(key)) for key in self._at_first}
        return any(value and value != self._at_first[key] for key, value in said.items())


def unrecorded(now: Sitting) -> list[str]:
    """The tickets of the agenda, by key, on which somebody here began an action that is not recorded."""
    return [now.about[item.ticket_id].key for item in now.agenda if Begun(now, item.ticket_id).waits]

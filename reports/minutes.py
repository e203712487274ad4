"""The minutes of a meeting, in the usual form of ESA meetings (AMP-B3, 1.8): what they say, wherever they are written."""

from dataclasses import dataclass, replace
from datetime import date

from board import writing
from board.action import Action
from board.meeting import Meeting
from board.writing import Text
from reports.sitting import HIDDEN, Sitting

_Texts = dict[tuple[str, str], Text]


@dataclass(frozen=True)
class Discussed:
    """A ticket on which something was recorded, as people name it."""

    ticket: str
    discussion: str
    decision: str


@dataclass(frozen=True)
class ActionItem:
    """An action with what may be shown of it; `ticket` is a key, empty for none."""

    label: str
    ticket: str
    text: str
    actionee: str
    due: date | None
    state: str
    outcome: str


@dataclass(frozen=True)
class Minutes:
    """The minutes, in plain text. What is about a ticket that cannot be shown is not in them.

    `left_out`: tickets of the agenda that cannot be shown; `silent`: those of the others on which nothing was recorded.
    """

    meeting: Meeting
    participants: str
    note: str
    agenda: list[str]
    left_out: int
    discussed: list[Discussed]
    silent: int
    actions: list[ActionItem]


def minutes_of(now: Sitting) -> Minutes:
    """The minutes of a meeting as they stand."""
    read = writing.read_all(now.board, now.meeting.id)
    texts = {place: replace(text, body=now.veil(text.body)) for place, text in read.items()}
    spoken = [
        Discussed(
            now.named(item.ticket_id),
            _words(texts, item.ticket_id, "discussion"),
            _words(texts, item.ticket_id, "decision"),
        )
        for item in now.agenda
    ]
    discussed = [one for one in spoken if one.discussion or one.decision]
    return Minutes(
        meeting=now.meeting,
        participants=_words(texts, writing.MEETING, "participants"),
        note=_words(texts, writing.MEETING, "note"),
        agenda=[now.named(item.ticket_id) for item in now.agenda],
        left_out=now.left_out,
        discussed=discussed,
        silent=len(spoken) - len(discussed),
        actions=[action_item(now, one) for one in now.actions],
    )


def action_item(now: Sitting, one: Action) -> ActionItem:
    """An action as the papers of its board show it."""
    if not now.may_say(one):
        return ActionItem(one.label, HIDDEN, "", "", one.due, one.state, "")
    key = now.about[one.ticket_id].key if one.ticket_id else ""
    return ActionItem(one.label, key, one.text, one.actionee, one.due, one.state, one.outcome)


def _words(texts: _Texts, ticket_id: str, field: str) -> str:
    return texts.get((ticket_id, field), Text()).body.strip()

"""A meeting beside its tickets: the board's words, and what a reader may see of the tickets that they are about."""

from dataclasses import dataclass, replace
from datetime import datetime

from board import action
from board.action import Action
from board.agenda import Item, agenda
from board.meeting import Meeting
from board.store import Board
from reports.review import About, Built, about
from sight.opening import Connection
from sight.veil import Veil, veil

HIDDEN = "(a ticket that cannot be shown)"
OVERDUE = "overdue"


@dataclass(frozen=True)
class Sitting:
    """A meeting, its agenda, its actions as they stood when it ended, and what is known of every ticket of them.

    `items` are those whose tickets may be shown, in order, dropped ones last; `left_out` counts the others that are not
    dropped. What `veil` makes of a text may be shown; `partly_hidden` are the numbers of actions of which it hides a word.
    """

    board: Board
    meeting: Meeting
    built: Built
    items: list[Item]
    actions: list[Action]
    about: dict[str, About]
    left_out: int
    veil: Veil
    partly_hidden: frozenset[int]

    @property
    def agenda(self) -> list[Item]:
        """What is discussed, in order."""
        return [item for item in self.items if not item.dropped]

    @property
    def carried(self) -> list[Action]:
        """Actions of earlier meetings that were open when it began."""
        return [one for one in self.actions if one.raised_on < self.meeting.held_on]

    @property
    def earlier(self) -> list[Action]:
        """Those of them that are open still."""
        return [one for one in self.carried if one.state == "open"]

    @property
    def ended(self) -> list[Action]:
        """Actions that were closed or cancelled at it."""
        return [one for one in self.actions if one.state != "open" and one.closed_on == self.meeting.held_on]

    def named(self, ticket_id: str | None) -> str:
        """`DSD-1 · Slow downloads`, as plain text."""
        known = self.about.get(ticket_id or "")
        return f"{known.key} · {known.summary}" if known else HIDDEN

    def badges(self, ticket_id: str) -> str:
        """What else is true of a ticket, in words."""
        rows = self.built.rows
        return next(iter(rows.badges[rows.ticket_id == ticket_id]), "")

    def since(self, one: Action) -> tuple[str, datetime | None]:
        """What happened to an action's ticket since it was recorded, and when (UTC); empty: it is on none."""
        known, recorded = self.about.get(one.ticket_id or ""), datetime.fromisoformat(one.created_at)
        if known is None:
            return "", None
        if known.resolved_at and known.resolved_at > recorded:
            return "resolved", known.resolved_at
        return ("updated", known.updated_at) if known.updated_at > recorded else ("not updated", None)

    def overdue(self, one: Action) -> bool:
        """Whether the day of an action was past on the day of the meeting."""
        return one.due is not None and one.due < self.meeting.held_on

    def may_say(self, action: Action) -> bool:
        """Whether the words of an action may be shown: it is on no ticket, or on one that may be shown."""
        return action.ticket_id is None or action.ticket_id in self.about


def sit(connection: Connection, board: Board, meeting: Meeting, built: Built) -> Sitting:
    """The meeting beside the tickets that `connection` shows, and the agenda that was built from them."""
    section = dict(zip(built.rows.ticket_id, built.rows.heading, strict=True))
    items = agenda(board, meeting, [Item(ticket, heading) for ticket, heading in section.items()])
    hides = veil(connection)
    said = action.standing(board, meeting)
    actions = [veiled(one, hides) for one in said]
    partly_hidden = frozenset(one.number for one, shown in zip(said, actions, strict=True) if one != shown)
    known = about(connection, {item.ticket_id for item in items} | {a.ticket_id for a in actions if a.ticket_id})
    shown = [item for item in items if item.ticket_id in known]
    left_out = sum(not item.dropped for item in items) - sum(not item.dropped for item in shown)
    return Sitting(board, meeting, built, shown, actions, known, left_out, hides, partly_hidden)


def veiled(one: Action, by: Veil) -> Action:
    """An action with its words behind the veil."""
    return replace(one, text=by(one.text), actionee=by(one.actionee), outcome=by(one.outcome))

"""The agenda and the minutes of a meeting as a workbook: to sort, to filter, to carry on with."""

from typing import Any

from board.action import Action
from board.agenda import Item
from reports.cells import Column
from reports.cover import write_cover
from reports.minutes import Minutes, action_item
from reports.request import Report
from reports.sheets import Book
from reports.sitting import OVERDUE, Sitting

_AGENDA = (
    Column("No.", "number", 6), Column("Section", width=26), Column("Ticket", width=12), Column("Summary", width=60, wrap=True),
    Column("Also", width=34, wrap=True), Column("Priority", width=11), Column("Status", width=14), Column("Assignee", width=22),
    Column("Service", width=22), Column("Provider", width=18),
)  # fmt: skip
_ACTIONS = (
    Column("Action", width=9), Column("Ticket", width=12), Column("What", width=60, wrap=True), Column("Who", width=22),
    Column("Until", "day"), Column("State", width=11), Column("Outcome", width=40, wrap=True), Column("Raised", "day"),
    Column("Its ticket since", width=16), Column("When", "instant", 20), Column("Overdue", width=9),
)  # fmt: skip
_SAID = (
    Column("Ticket", width=40, wrap=True), Column("Discussion", width=70, wrap=True), Column("Decision", width=50, wrap=True),
)  # fmt: skip
_HEADER = 4  # the row of a table's header under the title


def workbook(report: Report, now: Sitting, said: Minutes | None) -> Book:
    """The workbook, ready to be saved: Cover, Agenda, Actions, and from the beginning of the meeting on Discussion."""
    request = report.request
    book = Book(now.meeting.title, request.as_of, report.period.zone, report.profile.nwd_seconds, report.draft)
    write_cover(report, book, [
        ("Agenda", "The tickets in the order of the chair; Also: what else is true of a ticket (1.8)"),
        ("Actions", "What is open from earlier meetings, raised or closed at this one; numbers stay until closed (AMP-B3)"),
        ("Discussion", "What was recorded on a ticket, once the meeting began"),
    ])  # fmt: skip
    left_out = " ".join(now.built.left_out)
    _sheet(book, "Agenda", left_out, _AGENDA, [_ticket(now, *one) for one in enumerate(now.agenda, 1)])
    _sheet(book, "Actions", "As they stood when the meeting ended", _ACTIONS, [_action(now, a) for a in now.actions])
    if said:
        rows = [[one.ticket, one.discussion, one.decision] for one in said.discussed]
        _sheet(book, "Discussion", f"Participants: {said.participants or 'not recorded'}", _SAID, rows)
    return book


def _sheet(book: Book, name: str, subtitle: str, columns: tuple[Column, ...], rows: list[list[Any]]) -> None:
    page = book.page(name, [c.width or 13 for c in columns], title=f"{name}, {book.title}", subtitle=subtitle,
                     frozen=_HEADER)  # fmt: skip
    page.table(columns, rows, filtered=True)


def _ticket(now: Sitting, number: int, item: Item) -> list[Any]:
    known = now.about[item.ticket_id]
    about = [known.priority, known.status, known.assignee, known.service, known.provider]
    return [number, item.heading, known.key, known.summary, now.badges(item.ticket_id), *about]


def _action(now: Sitting, one: Action) -> list[Any]:
    item, (said, when) = action_item(now, one), now.since(one)
    words = [item.label, item.ticket, item.text, item.actionee, item.due, item.state, item.outcome]
    overdue = one.state == "open" and now.overdue(one)
    return [*words, one.raised_on, said, when, OVERDUE if overdue else None]

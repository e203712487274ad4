"""The agenda of a meeting as a paper: open actions first, then its tickets in the order of the chair (1.8)."""

from itertools import groupby

from board import writing
from board.action import Action
from reports.minutes import action_item
from reports.numbers import NOTHING
from reports.paper import Paper
from reports.papers import at, meeting_paper, on, resting, whole
from reports.plain import brief, lines_of
from reports.request import Report
from reports.sitting import OVERDUE, Sitting

_HEADS = ("No.", "Ticket", "Summary", "Also", "Priority", "Status", "Assignee", "Service")
_WIDTHS = (1.1, 2.2, 0, 4.6, 1.9, 2.6, 3.0, 3.2)
_ACTIONS = ("Action", "Ticket", "What", "Who", "Until", "Its ticket since")
_ACTION_WIDTHS = (1.7, 2.2, 0, 3.6, 2.6, 5.2)


def agenda_paper(report: Report, now: Sitting) -> Paper:
    """The agenda, ready to be saved."""
    paper = meeting_paper(report, now.meeting, "Agenda", report.draft, landscape=True)
    if note := writing.read(now.board, now.meeting.id, writing.MEETING, "note").body.strip():
        paper.lines(lines_of(now.veil(note)), "Note of the chair:")
    if report.pseudonyms:
        paper.line("Built from the tickets alone. What the board writes names people: the desk sends the minutes.")
    else:
        _actions(paper, report, now)
    _tickets(paper, now)
    resting(paper, report)
    return paper


def _actions(paper: Paper, report: Report, now: Sitting) -> None:
    paper.heading("1 Open actions from earlier meetings")
    if now.carried:
        paper.table(_ACTIONS, _ACTION_WIDTHS, [_action(report, now, one) for one in now.carried])
    else:
        paper.line("No action is open from an earlier meeting.")


def _tickets(paper: Paper, now: Sitting) -> None:
    if not now.agenda:
        paper.line("No ticket is on this agenda: none is unresolved in the projects of this board.")
    for section, group in groupby(enumerate(now.agenda, 1), key=lambda one: one[1].heading):
        items = list(group)
        paper.heading(f"{section} ({len(items)})")
        paper.table(_HEADS, _WIDTHS, [_ticket(now, number, item.ticket_id) for number, item in items])
    for said in now.built.left_out:
        paper.line(said, quiet=True)


def _ticket(now: Sitting, number: int, ticket_id: str) -> list[str]:
    known = now.about[ticket_id]
    about = (known.priority, known.status, known.assignee, known.service)
    badges = now.badges(ticket_id) or NOTHING
    return [f"{number}", known.key, brief(known.summary), badges, *(brief(text) or NOTHING for text in about)]


def _action(report: Report, now: Sitting, one: Action) -> list[str]:
    item, (said, when) = action_item(now, one), now.since(one)
    since = f"{said} {at(report, when)}" if when else said
    until = f"{on(item.due)}, {OVERDUE}" if now.overdue(one) else on(item.due)
    return [item.label, item.ticket or NOTHING, whole(item.text), whole(item.actionee), until, since or NOTHING]

"""The minutes of a meeting as a paper, in the usual form of ESA meetings (AMP-B3, 1.8)."""

from reports.minutes import ActionItem, Minutes
from reports.numbers import NOTHING
from reports.paper import Paper
from reports.papers import meeting_paper, on, resting, whole
from reports.plain import brief, lines_of
from reports.request import Report

_HEADS = ("Action", "Ticket", "What", "Who", "Until", "State")
_WIDTHS = (1.5, 2.2, 0, 2.6, 2.3, 2.8)


def minutes_paper(report: Report, said: Minutes) -> Paper:
    """The minutes, ready to be saved; a draft until the meeting is closed."""
    open_ = said.meeting.state != "closed"
    paper = meeting_paper(report, said.meeting, "Minutes", "DRAFT" if open_ else report.draft)
    if open_:
        paper.line("The meeting is not closed yet: these minutes may change.")
    paper.heading("Participants")
    paper.lines(lines_of(said.participants) or ["not recorded"])
    if said.note:
        paper.heading("Note of the chair")
        paper.lines(lines_of(said.note))
    paper.heading("Agenda")
    paper.numbered([brief(ticket) for ticket in said.agenda] or ["no ticket"])
    _discussed(paper, said)
    paper.heading("Actions")
    if said.actions:
        paper.table(_HEADS, _WIDTHS, [_action(one) for one in said.actions])
    else:
        paper.line("none")
    resting(paper, report)
    return paper


def _discussed(paper: Paper, said: Minutes) -> None:
    paper.heading("Discussion and decisions")
    for one in said.discussed:
        paper.heading(brief(one.ticket), 2)
        if one.discussion:
            paper.lines(lines_of(one.discussion), "Discussion:")
        if one.decision:
            paper.lines(lines_of(one.decision), "Decision:")
    if said.silent:
        paper.line(f"Nothing was recorded on {_tickets(said.silent)} of the agenda.", quiet=True)
    if said.left_out:
        paper.line(f"Left out, since they cannot be shown: {_tickets(said.left_out)} of the agenda.", quiet=True)


def _tickets(n: int) -> str:
    return "1 ticket" if n == 1 else f"{n:,} tickets"


def _action(one: ActionItem) -> list[str]:
    state = f"{one.state}: {whole(one.outcome)}" if one.outcome else one.state
    words = (whole(one.text) or NOTHING, whole(one.actionee) or NOTHING)
    return [one.label, one.ticket or NOTHING, *words, on(one.due), state]

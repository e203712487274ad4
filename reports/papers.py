"""What papers share: how those of a meeting begin, how all end, and how a day and an instant are written."""

from datetime import date, datetime

from board.meeting import Meeting
from reports.cover import about_lines, completeness_lines, verdict, wall
from reports.numbers import NOTHING
from reports.paper import Paper
from reports.period import day_in_words
from reports.plain import brief
from reports.request import Report


def meeting_paper(report: Report, meeting: Meeting, what: str, draft: str, landscape: bool = False) -> Paper:
    """A paper that begins with what it is, of which meeting, as of when, and what its tickets lack."""
    title = f"{what} of the {meeting.title}"
    head = " · ".join(part for part in (report.profile.title, title, meeting.reference) if part)
    paper = Paper(title, head, report.request.as_of, draft, landscape)
    doubts = " ".join(report.complete.doubts)
    called = [("Reference", meeting.reference or "the meeting is not called yet")]
    paper.facts([
        *([] if report.pseudonyms else called),
        ("Date", day_in_words(meeting.held_on)),
        ("Tickets as of", wall(report, report.request.as_of)),
        *([("DRAFT because", doubts)] if draft and doubts else []),
    ])  # fmt: skip
    return paper


def resting(paper: Paper, report: Report) -> None:
    """What the paper rests on, at its end."""
    paper.heading("What this paper rests on")
    paper.facts([*about_lines(report), *completeness_lines(report), ("Verdict", verdict(report))], 6.0)


def whole(text: str) -> str:
    """What people wrote of a meeting on one line, nothing of it cut."""
    return brief(text, len(text))


def on(day: date | None) -> str:
    """`20 Nov 2026`."""
    return f"{day.day} {day:%b %Y}" if day else NOTHING


def at(report: Report, instant: datetime) -> str:
    """A UTC instant on the wall of the desk: `20 Nov 2026, 16:20`."""
    local = report.local(instant)
    return f"{on(local)}, {local:%H:%M}"

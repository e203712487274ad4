"""The weekly digest as HTML that keeps its looks where it is pasted: one file, styles within, nothing to load."""

import html
from collections.abc import Iterable

from reports.cover import about_lines, completeness_lines, verdict
from reports.digest_week import Digest, Handled, Section
from reports.numbers import signed
from reports.plain import link, markup
from reports.request import Report

_FONT = "font-family:Calibri,Carlito,Arial,sans-serif;color:#1b1f24;font-size:14px;line-height:1.4"
_TABLE = "border-collapse:collapse;width:100%;max-width:1000px;margin:0 0 16px"
_CELL = "padding:4px 8px;border-bottom:1px solid #d0d5dd;text-align:left;vertical-align:top"
_NUMBER = f"{_CELL};text-align:right"
_HEAD = "padding:4px 8px;background:#1f3a5f;color:#ffffff;text-align:left"
_TITLE = "font-size:{}px;color:#1f3a5f;margin:{}px 0 6px"
_QUIET = "color:#5b6472;font-size:12px"
_ALARM = "color:#a61b1b;font-weight:bold;margin:0"


def digest_html(report: Report, week: Digest) -> str:
    """The whole page; what is within its `body` can be pasted."""
    title = f"{markup(report.profile.title)}: {report.period.title}"
    draft = f'<p style="{_ALARM}">{report.draft}</p>\n' if report.draft else ""
    span = f"Tickets handled from {report.period.first} to {report.period.last} ({report.period.zone.key})."
    rest = [*about_lines(report), *completeness_lines(report), ("Verdict", verdict(report))]
    body = "\n".join([
        f'{draft}<h1 style="{_TITLE.format(24, 0)}">{title}</h1>\n<p>{span}</p>',
        _figures(week),
        *map(_section, week.sections),
        _heading("What this digest rests on"),
        _table((), ([markup(what), markup(said)] for what, said in rest), small=True),
    ])  # fmt: skip
    about = f"{report.request.desk} {report.period.text}"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{about}</title></head>\n'
        f'<body style="background:#ffffff;margin:24px">\n<div style="{_FONT}">\n{body}\n</div>\n</body>\n</html>\n'
    )


def _figures(week: Digest) -> str:
    now, before = week.unresolved, week.unresolved_before
    lines = [(one.title, one.n, one.before) for one in week.sections] + [("Unresolved at the end", now, before)]
    rows = ([title, f"{n:,}", f"{old:,}", signed(n - old)] for title, n, old in lines)
    return _table(("", "This week", "The week before", "Change"), rows, numbers=True)


def _section(one: Section) -> str:
    heads = ["Ticket", "Summary", "Service, priority, assignee", "When", *(["How"] if _told(one) else [])]
    table = _table(heads, (_ticket(t)[: len(heads)] for t in one.tickets)) if one.tickets else ""
    note = one.note or ("" if one.tickets else "None.")
    return _heading(f"{one.title}: {one.n:,}") + table + (f'<p style="{_QUIET}">{note}</p>' if note else "")


def _told(one: Section) -> bool:
    """Whether there is anything to say of how a ticket was handled."""
    return any(ticket.detail for ticket in one.tickets)


def _ticket(one: Handled) -> list[str]:
    key, address = markup(one.key), html.escape(link(one.url))
    named = f'<a href="{address}" style="color:#1f5f9f;white-space:nowrap">{key}</a>' if address else key
    when = f'<span style="white-space:nowrap">{one.when:%a %d %b, %H:%M}</span>'
    return [named, markup(one.summary), markup(one.about), when, markup(one.detail)]


def _heading(text: str) -> str:
    return f'<h2 style="{_TITLE.format(17, 18)}">{text}</h2>\n'


def _table(heads: Iterable[str], rows: Iterable[list[str]], numbers: bool = False, small: bool = False) -> str:
    """A table of ready cells; with `numbers`, all but the first column are."""
    first = "".join(
        f'<th style="{_HEAD}{";text-align:right" if numbers and n else ""}">{h}</th>' for n, h in enumerate(heads)
    )
    lines = [f"<tr>{first}</tr>"] if first else []
    for row in rows:
        styles = [_NUMBER if numbers and place else _CELL for place in range(len(row))]
        lines.append("<tr>" + "".join(f'<td style="{s}">{c}</td>' for s, c in zip(styles, row, strict=True)) + "</tr>")
    size = f";{_QUIET}" if small else ""
    return f'<table style="{_TABLE}{size}">\n' + "\n".join(lines) + "\n</table>\n"

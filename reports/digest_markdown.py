"""The weekly digest as Markdown: headings, lists and one table, that every wiki shows."""

from collections.abc import Iterator

from reports.cover import about_lines, completeness_lines, verdict
from reports.digest_week import Digest, Handled, Section
from reports.numbers import signed
from reports.plain import link, markdown
from reports.request import Report


def digest_markdown(report: Report, week: Digest) -> str:
    """The whole text."""
    return "\n\n".join(_blocks(report, week)) + "\n"


def _blocks(report: Report, week: Digest) -> Iterator[str]:
    draft = f"{report.draft} · " if report.draft else ""
    yield f"# {draft}{markdown(report.profile.title)}: {report.period.title}"
    yield f"Tickets handled from {report.period.first} to {report.period.last} ({report.period.zone.key})."
    rows = [f"| {one.title} | {one.n:,} | {one.before:,} | {signed(one.n - one.before)} |" for one in week.sections]
    now, before = week.unresolved, week.unresolved_before
    rows.append(f"| **Unresolved at the end** | **{now:,}** | {before:,} | {signed(now - before)} |")
    yield "| | This week | The week before | Change |\n|---|---:|---:|---:|\n" + "\n".join(rows)
    for one in week.sections:
        yield from _section(one)
    yield "## What this digest rests on"
    lines = [*about_lines(report), *completeness_lines(report), ("Verdict", verdict(report))]
    yield "\n".join(f"- {markdown(what)}: {markdown(said)}" for what, said in lines)


def _section(one: Section) -> Iterator[str]:
    yield f"## {one.title}: {one.n:,}"
    if one.tickets:
        yield "\n".join(map(_ticket, one.tickets))
    if one.note or not one.tickets:
        yield one.note or "None."


def _ticket(one: Handled) -> str:
    key = markdown(one.key)
    address = link(one.url)
    named = f"[{key}]({address})" if address else key
    said = "; ".join(part for part in (markdown(one.about), markdown(one.detail)) if part)
    return f"- **{named}** {markdown(one.summary)}{f' ({said})' if said else ''}, {one.when:%a %d %b, %H:%M}"

"""The monthly report as a workbook: its sheets in order."""

from pathlib import Path

from metrics.profile import ClockName
from reports.cover import write_cover
from reports.definitions_sheet import write_definitions
from reports.monthly.charts import line_chart
from reports.monthly.clocks import write_clock
from reports.monthly.eta import write_eta
from reports.monthly.figures import LIGHTS
from reports.monthly.findings import write_findings, write_flagged
from reports.monthly.flow import write_flow
from reports.monthly.satisfaction import write_satisfaction
from reports.monthly.spans import spans_of
from reports.monthly.summary import write_check, write_summary
from reports.monthly.ticket_list import write_tickets
from reports.request import Report
from reports.sheets import Book

_VIEWS = (
    "clock", "goal_share", "goal_missed", "resolution_month", "satisfaction_month", "satisfaction_month_project",
    "satisfaction_remark", "eta_accuracy", "eta_slip", "eta_outcome", "flow_month", "flow_month_project", "received_closed",
    "ageing", "finding", "coverage", "coverage_item",
)  # fmt: skip
_READING = [
    ("Summary", "This month, the last one, the last twelve. Every figure is a live formula over the sheet Tickets; lights say "
     "in words and colour how the goals were met."),
    ("Response, Resolution", "Goals by month, type, priority, service and provider; every miss, and the status in which it "
     "lost its time."),
    ("Satisfaction, ETA, Flow", "Scores (AMP-S1 to S3), delivery dates kept (DMSU-M6), what came in and went out."),
    ("Findings, ESA", "Where practice left the procedure (1.9); the tickets flagged for the agency."),
    ("Tickets", "All tickets behind the figures, with a filter."),
    ("Check", "Our own measures beside the live formulas: they must agree."),
    ("Definitions", "What each figure means, its rules, and the choices taken where the procedure is silent."),
    ("NWH, NWD", "Normal working hours and days (AMP-W1). Instants and months are those of the desk's zone."),
]  # fmt: skip


_CLOCKS: tuple[tuple[ClockName, str, str], ...] = (
    ("first_response", "Response", "AMP-C1"), ("resolution", "Resolution", "AMP-C3"),
    ("update", "Update", "HD-M2"),
)  # fmt: skip


def write_monthly(report: Report, folder: Path) -> list[Path]:
    """The workbook of a month. Returns its path."""
    request, profile, spans = report.request, report.profile, spans_of(report.period)
    book = Book(
        f"{profile.title}: {report.period.title}", request.as_of, report.period.zone, profile.nwd_seconds, report.draft
    )
    write_cover(report, book, _READING)
    summary, placing = write_summary(report, book, spans)
    for clock, title, rule in _CLOCKS:
        if clock not in profile.clock:
            continue
        page, months = write_clock(report, book, clock, title, rule)
        if f"{clock}_share" in LIGHTS:
            summary.chart(line_chart(page, months, (5,), f"{title}: share that met the goal"))
    if "score" in profile.field:
        write_satisfaction(report, book)
    if "eta" in profile.field:
        write_eta(report, book)
    write_flow(report, book)
    if profile.finding:
        write_findings(report, book)
    if {"esa_arb", "esa_cab"} & profile.field.keys():
        write_flagged(report, book)
    write_tickets(report, book, spans[-1].first)
    write_check(report, book, spans, placing)
    write_definitions(report, book, _VIEWS)
    path = folder / f"{request.stem}.xlsx"
    book.save(path)
    return [path]

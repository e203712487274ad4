"""The monthly report as a workbook: its sheets in order, each where the desk's profile has something for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from openpyxl.chart import LineChart

from metrics.profile import ClockName, Profile
from reports.cover import Lines, write_cover
from reports.definitions_sheet import write_definitions
from reports.monthly.clocks import write_clock
from reports.monthly.counts import write_counts
from reports.monthly.desk import clocks_of, counted_fields, has_goal
from reports.monthly.eta import write_eta
from reports.monthly.findings import write_findings, write_flagged
from reports.monthly.flow import write_flow
from reports.monthly.lines import write_lines
from reports.monthly.major import write_major
from reports.monthly.owners import write_owners
from reports.monthly.satisfaction import write_satisfaction
from reports.monthly.spans import spans_of
from reports.monthly.stages import write_stages
from reports.monthly.steps import write_steps
from reports.monthly.summary import write_check, write_summary
from reports.monthly.ticket_list import write_tickets
from reports.monthly.units import write_units
from reports.request import Report
from reports.sheets import Book

_Write = Callable[[Report, Book], LineChart | None]


@dataclass(frozen=True)
class Sheet:
    """A sheet between the summary and the list of tickets: its name, whether a desk has something for it, how it is
    written (returns what the summary shows of it), what the cover says of it, and the tables and views that it shows."""

    name: str
    fits: Callable[[Profile], object]
    write: _Write
    about: str
    views: tuple[str, ...]


_CLOCKS: tuple[tuple[ClockName, str], ...] = (
    ("first_response", "Response"), ("resolution", "Resolution"), ("first_human_response", "Human response"),
    ("update", "Update"),
)  # fmt: skip
_BY_GOALS = "Goals by month and by what the tickets are; every miss, and the status in which it lost its time."
_BY_TIMES = "How long it took, by month and by what the tickets are; those that took longest."


def _clock_sheets(profile: Profile) -> list[Sheet]:
    return [
        Sheet(title, bool, partial(write_clock, clock=clock, title=title), *_said(profile, clock))
        for clock, title in _CLOCKS
        if clock in clocks_of(profile)
    ]


def _said(profile: Profile, clock: ClockName) -> tuple[str, tuple[str, ...]]:
    goals = has_goal(profile, clock)
    return (_BY_GOALS, ("clock", "goal_share", "goal_missed")) if goals else (_BY_TIMES, ("clock",))


_SHEETS = (
    Sheet("Satisfaction", lambda p: "score" in p.field, write_satisfaction, "Scores by month, project and service (AMP-S1, "
          "S2, OPS-M5).", ("satisfaction_month", "satisfaction_month_project", "satisfaction_service",
                           "satisfaction_remark")),
    Sheet("ETA", lambda p: "eta" in p.field, write_eta, "Delivery dates kept, and how they moved (DMSU-M6).",
          ("eta_accuracy", "eta_slip", "eta_outcome")),
    Sheet("Lines", lambda p: len(p.line) > 1, write_lines, "What came to each line of support, what it resolved and passed "
          "on, what the first one solved (DMSU-M1 to M5, HD-M3).", ("line_month", "first_line_month", "line_stay")),
    Sheet("Units", lambda p: any(line.unit for line in p.line) or p.ola, write_units, "How soon each unit responded, and "
          "every violation of its agreement (OPS-M1, OPS-M2, DMSU-M3).", ("unit_response_month", "line_stay")),
    Sheet("Steps", lambda p: p.step, write_steps, "Orders, changes and the like, step by step: how many, how they ended, "
          "how long it took (HD-M4, OPS-M3).", ("work_step", "work_step_month")),
    Sheet("Stages", lambda p: p.stage, write_stages, "How far tickets came, time in each stage, what moved in the month "
          "(RT-M1, RT-M4).", ("stage_funnel", "stage_reached", "stage_stay", "stage_field")),
    Sheet("Owners", lambda p: p.stage, write_owners, "Load and handovers per owner, and whom to remind (RT-M2, RT-M3).",
          ("load", "stalled", "handover")),
    Sheet("Major incidents", lambda p: p.major.field, write_major, "Time to restore, and whether the review was held "
          "(HD-M5).", ("major_incident",)),
    Sheet("Counts", lambda p: counted_fields(p) and not p.stage, write_counts, "Tickets by channel, group, state, risk and "
          "whatever else their fields say (HD-M1, HD-M4, OPS-M3, OPS-M4).", ("ticket_count",)),
    Sheet("Flow", lambda p: True, write_flow, "What came in and went out, the backlog, how old the open work is (AMP-S3).",
          ("flow_month", "flow_month_project", "received_closed", "received_closed_project", "resolution_month", "ageing")),
    Sheet("Findings", lambda p: p.finding, write_findings, "Where practice left the procedure (1.9).", ("finding",)),
    Sheet("ESA", lambda p: {"esa_arb", "esa_cab"} & p.field.keys(), write_flagged, "The tickets flagged for the agency.", ()),
)  # fmt: skip
_ABOUT_SUMMARY = "This month, the last one, the last twelve. Every figure is a live formula over the sheet Tickets"
_AFTER: Lines = [
    ("Tickets", "All tickets behind the figures, with a filter."),
    ("Check", "Our own measures beside the live formulas: they must agree."),
    ("Definitions", "What each figure means, its rules, and the choices taken where the procedure is silent."),
    ("NWH, NWD", "Normal working hours and days (AMP-W1). Instants and months are those of the desk's zone."),
]
_OF_COVER = ("coverage", "coverage_item")
_CHARTS = 2  # of the summary


def write_monthly(report: Report, folder: Path) -> list[Path]:
    """The workbook of a month. Returns its path."""
    request, profile, spans = report.request, report.profile, spans_of(report.period)
    book = Book(
        f"{profile.title}: {report.period.title}", request.as_of, report.period.zone, profile.nwd_seconds, report.draft
    )
    clocks = _clock_sheets(profile)
    sheets = [*clocks, *(sheet for sheet in _SHEETS if sheet.fits(profile))]
    write_cover(report, book, _reading(profile, sheets))
    charts = min(_CHARTS, len(clocks))
    summary, placing = write_summary(report, book, spans, charts)
    for n, sheet in enumerate(sheets):
        chart = sheet.write(report, book)
        if chart and n < charts:
            summary.chart(chart)
    write_tickets(report, book, spans[-1].first)
    write_check(book, spans, placing)
    write_definitions(report, book, {*_OF_COVER, *(view for sheet in sheets for view in sheet.views)})
    path = folder / f"{request.stem}.xlsx"
    book.save(path)
    return [path]


def _reading(profile: Profile, sheets: list[Sheet]) -> Lines:
    """What the cover says of the sheets that are there."""
    lights = "; lights say in words and colour how the goals were met." if profile.goal else "."
    return [("Summary", _ABOUT_SUMMARY + lights), *((sheet.name, sheet.about) for sheet in sheets), *_AFTER]

"""The sheet Units: how soon each support unit responded, and where there are agreements (OLAs) every violation of them
(OPS-M1, OPS-M2, DMSU-M3)."""

from collections.abc import Sequence
from typing import Any

from metrics.statistics import share_sql
from reports.cells import Column
from reports.monthly.charts import bar_chart, line_chart
from reports.monthly.restricted import apart
from reports.monthly.spans import months_up_to
from reports.page import Page, Placed
from reports.request import Report
from reports.sheets import Book

_TIMES = (
    Column("Came", "number"), Column("Responded", "number"), Column("Waiting", "number"),
    Column("Left without", "number"), Column("Average", "nwh"), Column("Median", "nwh"), Column("90th percentile", "nwh"),
)  # fmt: skip
_OLA = (
    Column("OLA", "nwh"), Column("Judged", "number"), Column("Violations", "number"), Column("Share met", "share"),
    Column("95 % from", "share"), Column("95 % to", "share"),
)  # fmt: skip
_SUMMED = (
    Column("Month", "month"), Column("Came", "number"), Column("Responded", "number"), Column("Waiting", "number"),
    Column("Left without", "number"),
)  # fmt: skip
_VIOLATED = (
    Column("Key", width=26), Column("Line", width=16), Column("Unit", width=22), Column("Arrived", "instant", 19),
    Column("Responded", "instant", 19), Column("Response", "nwh"), Column("OLA", "nwh"), Column("Over", "nwh"),
    Column("Result", width=11), Column("Status", width=14), Column("Summary", width=40),
)  # fmt: skip
_WIDTHS = (26, 16, 22, 19, 19, 13, 13, 13, 12, 14, 13, 13, 13, 13, 13)
_NO_UNIT = "(none)"


def write_units(report: Report, book: Book) -> None:
    """The sheet: the units in the month, all of them in twelve months, and every violation of the month."""
    agreed = bool(report.profile.ola)
    about = "; a violation is a response after more than the OLA, or none for longer than it" if agreed else ""
    page = book.page("Units", _WIDTHS if agreed else _WIDTHS[:9], title=f"Response times of the units, {report.period.title}",
                     subtitle="By the month in which a ticket came to the unit, so that nobody drops out by never responding"
                     f"{about} (DMSU-M3, OPS-M1, OPS-M2). Working time.")  # fmt: skip
    page.room_for_charts(2)
    units = page.table(
        [Column("Unit"), Column("Line"), *_TIMES, *(_OLA if agreed else ())], _in_the_month(report, agreed)
    )
    months = _by_month(report, page, agreed)
    if agreed:
        _violations(report, page)
        page.chart(bar_chart(page, units, (8, 10), "Median response beside the OLA (NWH)", "NWH"))
        page.chart(line_chart(page, months, (8,), "Share of responses within the OLA (OPS-M1)"))
    else:
        page.chart(bar_chart(page, units, (8, 9), "Response: median and 90th percentile (NWH)", "NWH"))
        page.chart(bar_chart(page, months, (2, 3), "Came to a unit, and responded to", "stays"))


def _in_the_month(report: Report, agreed: bool) -> list[tuple[Any, ...]]:
    ola = ", u.ola_seconds, u.judged, u.violations, u.met_share, u.met_share_low, u.met_share_high" if agreed else ""
    return report.db.execute(
        f"""SELECT coalesce(u.unit, '{_NO_UNIT}'), u.line, u.arrived, u.n, u.waiting, u.unanswered, u.average_seconds,
                   u.median_seconds, u.p90_seconds{ola}
            FROM unit_response_month u JOIN line_rule r ON r.line = u.line WHERE u.month = ?
            ORDER BY r.place, u.arrived DESC, 1""",
        [report.period.first],
    ).fetchall()


def _by_month(report: Report, page: Page, agreed: bool) -> Placed:
    page.heading("All units together, by month of arrival")
    ola = f", judged, violations, {share_sql('(judged - violations)', 'judged', 'met')}" if agreed else ""
    rows: Sequence[tuple[Any, ...]] = report.db.execute(
        f"""WITH summed AS (
                SELECT m.month, coalesce(sum(arrived), 0) AS arrived, coalesce(sum(n), 0) AS n,
                       coalesce(sum(waiting), 0) AS waiting, coalesce(sum(unanswered), 0) AS unanswered,
                       coalesce(sum(judged), 0) AS judged, coalesce(sum(violations), 0) AS violations
                FROM (SELECT unnest(?::DATE[]) AS month) m LEFT JOIN unit_response_month u ON u.month = m.month
                GROUP BY m.month
            )
            SELECT month, arrived, n, waiting, unanswered{ola} FROM summed ORDER BY month""",
        [months_up_to(report.period.first)],
    ).fetchall()
    return page.table([*_SUMMED, *(_OLA[1:] if agreed else ())], [row[: 10 if agreed else 5] for row in rows])


def _violations(report: Report, page: Page) -> None:
    """Every violation of the month, the furthest over the OLA first; restricted ones are a number."""
    rows = report.db.execute(
        """SELECT t.key, s.line, coalesce(s.unit, ?), s.arrived_at, s.responded_at, s.response_seconds, s.ola_seconds,
                  s.response_seconds - s.ola_seconds, s.response, t.status, t.summary, t.restricted
           FROM line_stay s JOIN ticket t ON t.ticket_id = s.ticket_id
           WHERE s.response IN ('missed', 'overdue') AND s.arrived_month = ? ORDER BY 8 DESC, t.key, s.seq""",
        [_NO_UNIT, report.period.first],
    ).fetchall()
    listed, hidden = apart(rows)
    page.heading(f"Every violation, {report.period.title}: {len(rows)}{hidden} (OPS-M2)")
    page.listing(_VIOLATED, listed, "None that may be listed." if rows else "None.")

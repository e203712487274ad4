"""The figures of the summary by our own measures: what their live formulas must agree with."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from metrics.profile import Profile
from metrics.statistics import percentile_sql
from reports.monthly.desk import clocks_of
from reports.monthly.figures import figures_of
from sight.opening import Connection

_BETWEEN = "BETWEEN $first AND $last"


def measured(db: Connection, profile: Profile, first: date, last: date) -> dict[str, Any]:
    """The figures of a desk for the months `first` to `last`: counts, fractions, seconds; None where there is none."""
    found: dict[str, Any] = {}
    for sql in _values(profile):
        result = db.execute(sql, {"first": first, "last": last})
        names = [column[0] for column in result.description or []]
        found |= dict(zip(names, result.fetchall()[0], strict=True))
    figures = figures_of(profile)
    found |= {figure.name: int(found[figure.name] or 0) for figure in figures if figure.kind == "number"}
    for figure in figures:
        if figure.share_of:
            part, whole = (found[name] for name in figure.share_of)
            found[figure.name] = part / whole if whole else None
    return found


def _values(profile: Profile) -> Iterable[str]:
    """Queries of one row, whose columns have the names of figures."""
    yield f"SELECT sum(received) AS received, sum(closed) AS closed FROM received_closed WHERE month {_BETWEEN}"
    yield f"SELECT sum(resolved) AS resolved FROM resolution_month WHERE month {_BETWEEN}"
    for clock in clocks_of(profile):
        yield f"""SELECT sum(judged) AS {clock}_judged, sum(met) AS {clock}_met
                  FROM goal_share WHERE dimension = 'all' AND clock = '{clock}' AND month {_BETWEEN}"""
        yield f"""SELECT count(*) FILTER (WHERE c.implied) AS {clock}_implied, {_timed(clock, "NOT c.implied")}
                  FROM clock c WHERE c.clock = '{clock}' AND c.stopped_month {_BETWEEN}"""
    for place in range(1, len(profile.step) + 1):
        yield f"SELECT {_timed(f'step{place}')} FROM work_step c WHERE c.place = {place} AND c.month {_BETWEEN}"
    yield f"""SELECT sum(resolved) AS lined, sum(at_first_line) AS at_first_line
              FROM first_line_month WHERE dimension = 'all' AND month {_BETWEEN}"""
    yield f"""SELECT count(*) FILTER (WHERE t.created_month {_BETWEEN}) AS major,
                     count(*) FILTER (WHERE t.resolved_month {_BETWEEN}) AS restored
              FROM major_incident m JOIN ticket t ON t.ticket_id = m.ticket_id"""
    yield f"""SELECT sum(solved) AS solved, sum(scored) AS scored, sum(given) AS given,
                     sum(given * average) / nullif(sum(given), 0) AS average FROM satisfaction_month WHERE month {_BETWEEN}"""
    yield f"""SELECT sum(delivered) AS delivered, sum(n_initial) AS in_time FROM eta_accuracy
              WHERE dimension = 'all' AND month {_BETWEEN}"""


def _timed(name: str, where: str = "true") -> str:
    """SQL: n, median and 90th percentile of the working time of rows `c`."""
    time = "c.working_seconds"
    return f"""count(*) FILTER (WHERE {where}) AS {name}_timed,
               {percentile_sql(0.5, time)} FILTER (WHERE {where}) AS {name}_median,
               {percentile_sql(0.9, time)} FILTER (WHERE {where}) AS {name}_p90"""

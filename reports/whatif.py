"""`arbiter whatif`: what other rules would make of the same histories, before anybody adopts them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from metrics.chain_part import PARTS
from metrics.goal_share import JUDGED
from metrics.profile import Profile
from metrics.sql_text import literal
from metrics.statistics import percentile_sql
from reports.wording import local_time, working_duration

Row = dict[str, Any]
_SHOWN = 20  # tickets, and figures, in the text; JSON has all of them


@dataclass(frozen=True)
class _Compared:
    """Columns of a mart table, or of a measure, on tickets that rules decide, the telling one first. A row is one of `part`
    of a ticket; of a row that only one mart has just the first column is told."""

    table: str
    part: str
    columns: tuple[str, ...]


_COMPARED = (
    _Compared(
        "ticket", "''",
        ("channel", "type", "priority", "status", "phase", "restricted", "first_resolved_at", "resolved_at",
         "closed_at", "reopenings"),
    ),
    _Compared(
        "clock", "clock",
        ("state", "goal_seconds", "due_at", "alerts_passed", "next_alert_at", "started_at", "stopped_at",
         "working_seconds", "paused_seconds", "implied"),
    ),
    _Compared("line_stay", "'stay ' || seq || ' at ' || line", ("response", "ola_seconds", "ended")),
    _Compared("finding", "'finding ' || rule", ("since",)),
    _Compared("eta_outcome", "'ETA'", ("band", "delivered_at", "days_late")),
    _Compared("stage_reached", "'stage'", ("standing", "stage", "furthest")),
    _Compared("work_step", "'step ' || step", ("outcome", "working_seconds", "started_at", "stopped_at")),
    _Compared("major_incident", "'major incident'", ("reviewed",)),
    _Compared(
        "chain_span", "'chain'",
        ("tickets", *(f"{part}_working_seconds" for part in PARTS)),
    ),
    _Compared("agenda", "'agenda ' || board", ("section",)),
    _Compared("coverage_item", "'coverage: ' || \"check\"", ("detail",)),
)  # fmt: skip
# What has few values: each way from one to another is counted by itself.
_COUNTED = {
    "measured", "channel", "type", "priority", "status", "phase", "restricted", "state", "goal_seconds",
    "alerts_passed", "implied", "band", "response", "ola_seconds", "ended", "standing", "stage", "outcome", "reviewed",
    "section",
}  # fmt: skip
_OUTCOME = {"measured", "state", "band", "response"}

_CLOCK_AND_MONTH = "clock || ' ' || strftime(stopped_month, '%Y-%m')"
_USED = f"SELECT {_CLOCK_AND_MONTH}, {{}} FROM clock WHERE stopped_at IS NOT NULL AND NOT implied GROUP BY clock, stopped_month"
# Each: figure, of what, value; read from one mart whose tables have bare names. `needs` is the table it reads.
_FIGURES = {
    "tickets measured": ("meta", "SELECT '', tickets FROM meta"),
    "tickets left out": ("meta", "SELECT '', excluded FROM meta"),
    "open tickets": ("ticket", "SELECT project, count(*) FROM ticket WHERE resolved_at IS NULL GROUP BY project"),
    "tickets in the priority channel": (
        "ticket", "SELECT project, count(*) FROM ticket WHERE channel = 'priority' GROUP BY project",
    ),
    "overdue": ("clock", "SELECT clock, count(*) FROM clock WHERE state = 'overdue' GROUP BY clock"),
    "alerts passed, still running": (
        "clock",
        "SELECT clock, sum(alerts_passed) FROM clock WHERE stopped_at IS NULL AND alerts_passed > 0 GROUP BY clock",
    ),
    "judged (met or missed)": (
        "clock", f"SELECT {_CLOCK_AND_MONTH}, count(*) FROM clock c WHERE {JUDGED} GROUP BY clock, stopped_month",
    ),
    "share of goals met": (
        "clock",
        f"SELECT {_CLOCK_AND_MONTH}, avg(CASE WHEN state = 'met' THEN 1 ELSE 0 END) "
        f"FROM clock c WHERE {JUDGED} GROUP BY clock, stopped_month",
    ),
    "median working seconds": ("clock", _USED.format(percentile_sql(0.5, "working_seconds"))),
    "90th percentile of working seconds": ("clock", _USED.format(percentile_sql(0.9, "working_seconds"))),
    "violations of OLAs": (
        "line_stay", "SELECT line, count(*) FROM line_stay WHERE response IN ('missed', 'overdue') GROUP BY line",
    ),
    "findings": ("finding", "SELECT rule, count(*) FROM finding GROUP BY rule"),
    "share of the delivered by ETA band": (
        "eta_outcome", "SELECT band, count(*) / (SELECT count(*) FROM eta_outcome) FROM eta_outcome GROUP BY band",
    ),
    "tickets that reached a stage": ("stage_funnel", "SELECT stage, reached FROM stage_funnel"),
    "steps of work": (
        "work_step", "SELECT step || coalesce(', ' || outcome, ', not ended'), count(*) FROM work_step GROUP BY 1",
    ),
    "median working seconds of a step": (
        "work_step_month",
        "SELECT step || ', ' || outcome || strftime(month, ' %Y-%m'), median_seconds FROM work_step_month "
        "WHERE month IS NOT NULL",
    ),
    "major incidents": ("major_incident", "SELECT '', count(*) FROM major_incident"),
    "chains": ("chain_span", "SELECT '', count(*) FROM chain_span"),
    "tickets on the agenda": ("agenda", "SELECT board, count(*) FROM agenda GROUP BY board"),
    "solved tickets that are asked for a score": (
        "satisfaction_month", "SELECT strftime(month, '%Y-%m'), solved FROM satisfaction_month WHERE solved > 0",
    ),
    "response rate of satisfaction": (
        "satisfaction_month",
        "SELECT strftime(month, '%Y-%m'), response_rate FROM satisfaction_month WHERE response_rate IS NOT NULL",
    ),
    "average satisfaction": (
        "satisfaction_month", "SELECT strftime(month, '%Y-%m'), average FROM satisfaction_month WHERE average IS NOT NULL",
    ),
    "failed checks of coverage": (
        "coverage", 'SELECT source || \': \' || "check", failed FROM coverage WHERE failed > 0',
    ),
}  # fmt: skip


def compare_marts(before: Path, after: Path) -> Row:
    """What differs between two marts of the same histories and T that were made by different rules.

    `tickets` (measured before, after, changed), `kinds` (what, before, after, tickets; the most frequent first),
    `changes` (ticket_id, key, what, before, after) and `figures` that move (figure, of, before, after, difference).
    """
    with duckdb.connect() as db:
        db.execute("SET enable_progress_bar = false")  # it would stand in the output of `--json`
        for name, path in (("before", before), ("after", after)):
            db.execute(f"ATTACH {literal(path)} AS {name} (READ_ONLY)")
        there = """SELECT table_name FROM duckdb_tables() WHERE database_name = 'after'
                   UNION ALL SELECT view_name FROM duckdb_views() WHERE database_name = 'after'"""
        tables = {name for (name,) in db.execute(there).fetchall()}
        changes = _measured(db)
        for compared in _COMPARED:
            if compared.table in tables:
                changes += _changes(db, compared)
        figures = [row for name, (needs, sql) in _FIGURES.items() if needs in tables for row in _moved(db, name, sql)]
        [(as_of, measured_before)] = db.execute("SELECT as_of, tickets FROM before.meta").fetchall()
        [(measured_after,)] = db.execute("SELECT tickets FROM after.meta").fetchall()
    changes.sort(key=lambda change: change["ticket_id"])
    changed = len({change["ticket_id"] for change in changes})
    return {
        "as_of": as_of,
        "tickets": {"before": measured_before, "after": measured_after, "changed": changed},
        "kinds": _kinds(changes),
        "changes": changes,
        "figures": figures,
    }


def untold(present: Profile, other: Profile) -> list[str]:
    """What the profiles differ in that no comparison of marts can show: a sentence each."""
    fields = sorted(name for name in {*present.field, *other.field} if present.field.get(name) != other.field.get(name))
    text = (
        f"fields are mapped otherwise ({', '.join(fields)}): that shows only after `arbiter sync` with the new profile"
    )
    return [text] if fields else []


def _measured(db: duckdb.DuckDBPyConnection) -> list[Row]:
    """Tickets that only one of the marts has."""
    rows = db.execute("""
        SELECT ticket_id, coalesce(a.key, b.key), b.key IS NOT NULL, a.key IS NOT NULL
        FROM before.ticket b FULL JOIN after.ticket a USING (ticket_id) WHERE b.key IS NULL OR a.key IS NULL""")
    return [_change(id_, key, "measured", *sides) for id_, key, *sides in rows.fetchall()]


def _change(ticket_id: str, key: str, what: str, before: Any, after: Any) -> Row:
    return {"ticket_id": ticket_id, "key": key, "what": what, "before": before, "after": after}


def _changes(db: duckdb.DuckDBPyConnection, compared: _Compared) -> list[Row]:
    """What the rules decide otherwise of tickets that both marts measure."""
    columns = ", ".join(compared.columns)
    side = f"""SELECT ticket_id, {compared.part} AS part, true AS is_there, {columns} FROM {{}}.{compared.table}
               WHERE ticket_id IN (SELECT ticket_id FROM before.ticket)
                 AND ticket_id IN (SELECT ticket_id FROM after.ticket)"""
    rows = db.execute(f"""
        SELECT ticket_id, t.key, part, b.is_there AND a.is_there,
               {", ".join(f"b.{c}" for c in compared.columns)}, {", ".join(f"a.{c}" for c in compared.columns)}
        FROM ({side.format("before")}) b FULL JOIN ({side.format("after")}) a USING (ticket_id, part)
        JOIN after.ticket t USING (ticket_id)
        WHERE ({", ".join(f"b.{c}" for c in compared.columns)})
              IS DISTINCT FROM ({", ".join(f"a.{c}" for c in compared.columns)})
           OR b.is_there IS DISTINCT FROM a.is_there
        ORDER BY ticket_id, part""").fetchall()
    width = len(compared.columns)
    return [
        _change(id_, key, f"{part} {column}".strip(), *sides)
        for id_, key, part, in_both, *values in rows
        for n, (column, *sides) in enumerate(zip(compared.columns, values[:width], values[width:], strict=True))
        if (sides[0] != sides[1] if in_both else n == 0)
    ]


def _kinds(changes: list[Row]) -> list[Row]:
    """How many tickets change in which way; from what to what only where few values are possible."""

    def kind(change: Row) -> tuple[Any, ...]:
        counted = change["what"].split()[-1] in _COUNTED
        return (change["what"], change["before"], change["after"]) if counted else (change["what"], None, None)

    counts = Counter(kind(change) for change in changes)
    return [{"what": w, "before": b, "after": a, "tickets": n} for (w, b, a), n in counts.most_common()]


def _moved(db: duckdb.DuckDBPyConnection, figure: str, sql: str) -> list[Row]:
    """The figure before and after, where they differ; what is in one mart only has no difference."""
    before, after = _values(db, "before", sql), _values(db, "after", sql)
    return [
        {
            "figure": figure, "of": of, "before": before.get(of), "after": after.get(of),
            "difference": after[of] - before[of] if of in before and of in after else None,
        }
        for of in sorted({*before, *after})
        if before.get(of) != after.get(of)
    ]  # fmt: skip


def _values(db: duckdb.DuckDBPyConnection, mart: str, sql: str) -> dict[str, float]:
    db.execute(f"USE {mart}")
    return {of: value if isinstance(value, float) else int(value) for of, value in db.execute(sql).fetchall()}


def whatif_text(comparison: Row, present: Profile, other: Profile) -> str:
    """The comparison for a terminal: counts, tickets (those first whose outcome changes), figures; instants in the desk's
    zone, working time by each profile's own working day."""
    tickets, kinds, figures = comparison["tickets"], comparison["kinds"], comparison["figures"]
    lines = [
        f"as of {local_time(comparison['as_of'], present)}: {present.title} → {other.title}",
        f"{tickets['changed']} of {max(tickets['before'], tickets['after'])} tickets change; "
        f"{len(figures)} figures move; nothing was published",
        *(f"note: {note}" for note in comparison["notes"]),
    ]
    if kinds:
        lines += ["", "tickets  what changes"]
        lines += [f"{kind['tickets']:7}  {_kind_text(kind, present, other)}" for kind in kinds]
    for changes in _by_ticket(comparison["changes"])[:_SHOWN]:
        lines += ["", changes[0]["key"], *(f"  {_sides(change, present, other)}" for change in changes)]
    lines += _and_more(tickets["changed"], "tickets")
    lines += ["", *map(_figure_text, figures[:_SHOWN]), *_and_more(len(figures), "figures")] if figures else []
    return "\n".join(lines)


def _by_ticket(changes: list[Row]) -> list[list[Row]]:
    """The changes of each ticket, first those of tickets whose outcome changes."""
    grouped = [list(group) for _, group in groupby(changes, key=lambda change: change["ticket_id"])]
    return sorted(grouped, key=lambda group: not any(change["what"].split()[-1] in _OUTCOME for change in group))


def _and_more(number: int, what: str) -> list[str]:
    return [f"… and {number - _SHOWN} more {what}: --json has all"] if number > _SHOWN else []


def _kind_text(kind: Row, present: Profile, other: Profile) -> str:
    return kind["what"] if kind["before"] is kind["after"] is None else _sides(kind, present, other)


def _sides(change: Row, present: Profile, other: Profile) -> str:
    before, after = _shown(change, "before", present), _shown(change, "after", other)
    return f"{change['what'].removesuffix('_seconds')} {before} → {after}"


def _shown(change: Row, side: str, profile: Profile) -> str:
    value = change[side]
    if value is None:
        return "none"
    if isinstance(value, datetime):
        return local_time(value, profile)
    if change["what"].endswith("_seconds"):
        return working_duration(value, profile)
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _figure_text(row: Row) -> str:
    name = ", ".join(filter(None, (row["figure"], row["of"])))
    difference = f" ({row['difference']:+.4g})" if row["difference"] is not None else ""
    return f"{name}: {_number(row['before'])} → {_number(row['after'])}{difference}"


def _number(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)

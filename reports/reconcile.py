"""`arbiter reconcile`: our figures beside the source's own, per clock and per ticket, and why they differ."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from metrics.names import in_words
from metrics.profile import Profile
from reports.numbers import percent

_EXAMPLES = 3
_NOT_SHOWN = ("ticket_id", "key")


def reconcile_sources(mart: Path) -> dict[str, Any]:
    """The comparison that the mart holds: per clock how many were compared and agree, per class how many, how far apart
    and a few examples; and every ticket and clock. Tickets of restricted projects count, without id and key."""
    with duckdb.connect(str(mart), read_only=True) as db:
        meta = _rows(db, "SELECT as_of, profile FROM meta")[0]
        classes = _rows(db, "SELECT * EXCLUDE (example) FROM reconciliation ORDER BY clock, tickets DESC, class")
        tickets = _rows(db, "SELECT * FROM reconcile ORDER BY clock, class, ticket_id")
    shown = [{**row, **dict.fromkeys(_NOT_SHOWN)} if row["restricted"] else row for row in tickets]
    clocks = [_clock(name, classes, shown) for name in dict.fromkeys(row["clock"] for row in classes)]
    return {**meta, "clocks": clocks, "tickets": shown}


def _rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    result = db.execute(sql)
    names = [d[0] for d in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _clock(name: str, classes: list[dict[str, Any]], tickets: list[dict[str, Any]]) -> dict[str, Any]:
    mine = [row for row in classes if row["clock"] == name]
    count = {row["class"]: row["tickets"] for row in mine}
    compared = mine[0]["compared"]
    return {
        "clock": name, "compared": compared, "agree": count.get("agree", 0), "running": count.get("running", 0),
        "share": count.get("agree", 0) / compared if compared else None,
        "classes": [_with_examples(row, tickets) for row in mine],
    }  # fmt: skip


def _with_examples(row: dict[str, Any], tickets: list[dict[str, Any]]) -> dict[str, Any]:
    alike = [t for t in tickets if (t["clock"], t["class"]) == (row["clock"], row["class"]) and t["key"]]
    return {k: v for k, v in row.items() if k not in ("clock", "compared")} | {"examples": alike[:_EXAMPLES]}


def reconciliation_text(result: dict[str, Any], profile: Profile) -> str:
    """The comparison for a terminal; instants in the desk's zone."""
    head = f"as of {_local(result['as_of'], profile)}; profile {result['profile']}"
    if not result["clocks"]:
        return f'{head}\nThe sources have no figures of their own: no SLA field (`kind = "sla"`), no resolution date.'
    return "\n".join([head, *(line for clock in result["clocks"] for line in ["", *_clock_lines(clock, profile)])])


def _clock_lines(clock: dict[str, Any], profile: Profile) -> list[str]:
    share = f" ({percent(clock['share'])})" if clock["compared"] else ""
    running = f"; {clock['running']} still run on both sides" if clock["running"] else ""
    title = in_words(clock["clock"]).upper()
    lines = [f"{title}: {clock['agree']} of {clock['compared']} agree{share}{running}"]
    for row in clock["classes"]:
        if row["class"] not in ("agree", "running"):
            apart = row["largest_difference_seconds"]
            most = f"up to {_span(apart)} apart" if apart is not None else ""
            hidden = f"  ({row['restricted']} restricted)" if row["restricted"] else ""
            lines.append(
                f"  {row['class']:<20}{row['tickets']:>6}  {percent(row['share']):>7}  {most}{hidden}".rstrip()
            )
            lines += [_example_line(example, profile) for example in row["examples"]]
    return lines


def _example_line(row: dict[str, Any], profile: Profile) -> str:
    ours, theirs = (_side(row, side, profile) for side in ("ours", "theirs"))
    detail = f"  [{row['detail']}]" if row["detail"] else ""
    return f"      {row['key']:<12} ours {ours}, theirs {theirs}{detail}"


def _side(row: dict[str, Any], side: str, profile: Profile) -> str:
    stopped, seconds = row[f"{side}_stopped_at"], row[f"{side}_seconds"]
    if stopped is None:
        return "not stopped"
    at = _local(stopped, profile)
    return at if seconds is None else f"{_span(seconds)} to {at}"


def _local(instant: datetime, profile: Profile) -> str:
    return f"{instant.replace(tzinfo=UTC).astimezone(profile.zone):%Y-%m-%d %H:%M}"


def _span(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60:02d} min" if hours else f"{rest // 60} min {rest % 60} s"

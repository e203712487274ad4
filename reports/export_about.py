"""What the export says of itself: README.md for people, manifest.json for programs."""

import json
from pathlib import Path
from typing import Any

from metrics.definitions import Entry, themes
from reports.archive import sha256_of
from reports.cover import about_lines, completeness_lines, verdict
from reports.export_tables import Exported
from reports.export_workbook import fits
from reports.request import Report


def readme(report: Report, tables: list[Exported]) -> str:
    """The text of README.md."""
    known = _entries(report)
    draft = f"{report.draft} · " if report.draft else ""
    rests = [*about_lines(report), *completeness_lines(report), ("Verdict", verdict(report))]
    return "\n".join([
        f"# {draft}{report.profile.title}: tables of the mart",
        "",
        *(f"- {what.strip()}: {said}" for what, said in rests),
        "",
        "Every table is there as `parquet/NAME.parquet` and `csv/NAME.csv`, and as a sheet of `tables.xlsx` where a sheet",
        "holds it. `manifest.json` has the columns with their types and meaning, and the hash of every file.",
        "",
        "- Tables on tickets join by `ticket_id`. A row without a `key` is of a ticket that you may not see: a count.",
        "- Parquet and CSV: instants in UTC, durations in seconds. The workbook: instants in the desk's zone.",
        "- CSV: UTF-8 without a mark. Text that begins like a formula has a quote before it; lists are joined by commas.",
        "",
        "| table | rows | a row is | what it holds |",
        "|---|---:|---|---|",
        *(_line(one, known.get(one.name)) for one in tables),
        "",
    ])  # fmt: skip


def _line(one: Exported, entry: Entry | None) -> str:
    about = entry.definition.split(". ")[0].rstrip(".") if entry else ""
    grain = entry.grain if entry else ""
    note = "" if fits(one) else " (more than a sheet holds: not in the workbook)"
    return f"| `{one.name}` | {one.rows:,} | {grain} | {about}{note} |".replace("\n", " ")


def manifest(report: Report, tables: list[Exported], parts: Path) -> str:
    """The text of manifest.json; `sha256` is of the files in `parts`."""
    known, complete = _entries(report), report.complete
    told = {
        "desk": report.request.desk, "as_of": f"{report.request.as_of.isoformat()}Z", "zone": report.period.zone.key,
        "roles": sorted(report.request.roles), "profile": report.profile.name, "profile_hash": report.profile.content_hash,
        "draft": complete.doubts,
        "tickets": {"in_source": complete.in_source, "in_store": complete.in_store, "counted": complete.counted,
                    "left_out": complete.left_out},
        "tables": [_table(one, known.get(one.name)) for one in tables],
        "sha256": {path.relative_to(parts).as_posix(): sha256_of(path) for path in sorted(parts.rglob("*")) if path.is_file()},
    }  # fmt: skip
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _table(one: Exported, entry: Entry | None) -> dict[str, Any]:
    about = entry.columns if entry else {}
    return {
        "name": one.name, "rows": one.rows, "grain": entry.grain if entry else "", "units": entry.units if entry else "",
        "rules": list(entry.rules) if entry else [], "in_workbook": fits(one),
        "columns": [{"name": name, "type": str(kind), "about": about.get(name, "")} for name, kind in one.columns],
    }  # fmt: skip


def _entries(report: Report) -> dict[str, Entry]:
    return {entry.name: entry for theme in themes(report.profile) for entry in theme.entries}

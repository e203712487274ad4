"""The export: every table and measure of the mart, as a role may see them, in one archive for other tools."""

from pathlib import Path
from zipfile import ZIP_DEFLATED

from metrics.catalogue import MEASURES
from reports.export_about import manifest, readme
from reports.export_tables import Exported, as_csv, as_parquet, exported
from reports.export_workbook import workbook
from reports.request import Report
from reports.streaming import TimelessArchive
from sight.classified import TABLES


def write_export(report: Report, folder: Path) -> list[Path]:
    """One ZIP: README.md, manifest.json, parquet/NAME.parquet, csv/NAME.csv, and a workbook. Returns its path."""
    parts = folder / "parts"
    (parts / "parquet").mkdir(parents=True)
    (parts / "csv").mkdir()
    names = _names(report)
    tables: list[Exported] = []
    for number, name in enumerate(names, 1):
        report.count("exporting", number, len(names))
        found = exported(name, as_parquet(report, name, parts / "parquet" / f"{name}.parquet"))
        as_csv(found, parts / "csv" / f"{name}.csv")
        tables.append(found)
    workbook(report, tables).save(parts / "tables.xlsx")
    (parts / "README.md").write_text(readme(report, tables), encoding="utf-8", newline="\n")
    (parts / "manifest.json").write_text(manifest(report, tables, parts), encoding="utf-8", newline="\n")
    return [_packed(parts, folder / f"{report.request.stem}.zip")]


def _names(report: Report) -> list[str]:
    """The tables and measures that are there, as the documentation lists them. What the sight on them is made with (who
    stands behind a pseudonym) is no view, and not among them."""
    there = {
        name for (name,) in report.db.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    return [name for name in (*TABLES, *(measure.view for measure in MEASURES)) if name in there]


def _packed(parts: Path, path: Path) -> Path:
    with TimelessArchive(path, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        for file in sorted(parts.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(parts).as_posix())
    return path

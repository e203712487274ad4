"""All kinds of reports, and the one way in which any of them is made. A new kind is a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from pkgutil import resolve_name
from tempfile import TemporaryDirectory

from metrics.errors import ConfigError
from metrics.profile import Role
from reports.archive import Entry, freeze
from reports.called import arb_moment
from reports.period import Period, PeriodKind
from reports.request import Count, Publish, Report, ReportRequest, opened, reading

EVERYBODY: frozenset[Role] = frozenset({"service_manager", "arb", "esa", "security"})


@dataclass(frozen=True)
class Kind:
    """A kind of report: on which kind of period, in which formats, who may have it. `writer` names what writes
    its files, so that nobody waits for the libraries of another kind. `of_board`: it is on a meeting of a board. `due`: its
    usual T (UTC), of a desk's folder, a period, a board, and now. `reads_board`: it tells what people wrote."""

    name: str
    title: str
    about: str
    period: PeriodKind
    formats: tuple[str, ...]
    writer: str
    roles: frozenset[Role] = EVERYBODY
    of_board: bool = False
    due: Callable[[Path, Period, str, datetime], datetime] = lambda folder, period, board, now: period.ends_at
    reads_board: bool = False

    def write(self, report: Report, folder: Path) -> list[Path]:
        """Writes its files into a folder, named by `report.request.stem`, and returns them."""
        write: Callable[[Report, Path], list[Path]] = resolve_name(self.writer)
        return write(report, folder)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("monthly", "Monthly report", "the month in figures, with every ticket and live formulas", "month", ("xlsx",),
             "reports.monthly.workbook:write_monthly"),
        Kind("arb", "Board papers", "a board's agenda before its meeting, and the minutes after", "day", ("docx", "xlsx"),
             "reports.arb:write_arb", of_board=True, due=arb_moment, reads_board=True),
        Kind("digest", "Weekly digest", "the tickets handled in the week, for a wiki or an e-mail", "week", ("md", "html"),
             "reports.digest:write_digest"),
        Kind("quarterly", "Quarterly report", "lines of support, ETAs, products, recommendations", "quarter",
             ("xlsx", "docx"), "reports.quarterly:write_quarterly", reads_board=True),
        Kind("export", "Tables for other tools", "all tables and measures as Parquet, CSV and XLSX, as of the end of a day",
             "day", ("zip",), "reports.export:write_export"),
    )
}  # fmt: skip


def kind_of(name: str) -> Kind:
    """The kind of that name. Raises ConfigError when there is none."""
    if name not in KINDS:
        raise ConfigError(f"{name}: no kind of report; allowed: {', '.join(KINDS)}")
    return KINDS[name]


def make_report(
    request: ReportRequest, publish: Publish, out: Path, count: Count, freezing: bool = False
) -> tuple[list[Path], Entry | None]:
    """Makes the report's files in the folder `out`, each whole or not at all. Returns them, and with `freezing` the entry
    of the archive that keeps them.

    Raises ConfigError for a kind that is not there, or not for these roles.
    """
    kind = kind_of(request.kind)
    if not kind.roles & request.roles:
        raise ConfigError(
            f"{kind.name}: not for {', '.join(sorted(request.roles))}; allowed: {', '.join(sorted(kind.roles))}"
        )
    with opened(request, publish, count, kind.reads_board) as report:
        files = written(report, out)
        return files, freeze(report, files) if freezing else None


def made_again(asked: ReportRequest, entry: Entry, out: Path, count: Count) -> list[Path]:
    """Makes the files of a frozen report in the folder `out` from what was archived with it, and from nothing else. Returns
    them. Raises ArbiterError when what is there is damaged, or this version of the program cannot read it."""
    with (
        TemporaryDirectory(prefix="report-", dir=asked.folder) as folder,
        reading(entry.request(asked, Path(folder)), entry.mart, count) as report,
    ):
        return written(report, out)


def written(report: Report, out: Path) -> list[Path]:
    """The report's files, in the folder `out`: written beside their place first, then moved there."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".making-", dir=out) as folder:
        files = kind_of(report.request.kind).write(report, Path(folder))
        return [file.replace(out / file.name) for file in files]


def default_as_of(ends_at: datetime, now: datetime) -> datetime:
    """T when nobody says otherwise: the end of the period (UTC); while it lasts, now, to the second."""
    return min(ends_at, now.replace(microsecond=0))

"""All kinds of reports, and the one way in which any of them is made. A new kind is a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from metrics.errors import ConfigError
from metrics.profile import Role
from reports.archive import Entry, freeze
from reports.monthly.workbook import write_monthly
from reports.period import PeriodKind
from reports.request import Count, Publish, Report, ReportRequest, opened

EVERYBODY: frozenset[Role] = frozenset({"service_manager", "arb", "esa", "security"})


@dataclass(frozen=True)
class Kind:
    """A kind of report: on which kind of period, in which formats, who may have it. `write` writes its files into a
    folder, named by `report.request.stem`, and returns them."""

    name: str
    title: str
    about: str
    period: PeriodKind
    formats: tuple[str, ...]
    write: Callable[[Report, Path], list[Path]]
    roles: frozenset[Role] = EVERYBODY


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("monthly", "Monthly report", "the month in figures, with every ticket and live formulas", "month", ("xlsx",),
             write_monthly),
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
    with opened(request, publish, count) as report:
        files = written(report, out)
        return files, freeze(report, files) if freezing else None


def written(report: Report, out: Path) -> list[Path]:
    """The report's files, in the folder `out`: written beside their place first, then moved there."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".making-", dir=out) as folder:
        files = kind_of(report.request.kind).write(report, Path(folder))
        return [file.replace(out / file.name) for file in files]


def default_as_of(ends_at: datetime, now: datetime) -> datetime:
    """T when nobody says otherwise: the end of the period (UTC); while it lasts, now, to the second."""
    return min(ends_at, now.replace(microsecond=0))

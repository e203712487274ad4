"""The deployment table that a user supplies: how often each product is deployed, from when on (DMSU-M8)."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from metrics.errors import ConfigError
from metrics.names import same_name
from metrics.vocabulary import RuleTable

_COLUMNS = ["product", "from", "count"]
_MOST_DIGITS = 18  # of a count: the mart keeps it in 64 bits


@dataclass(frozen=True)
class Deployment:
    """So many deployments of a product, from a day on until the next row of the product."""

    product: str
    since: date
    count: int


def read_deployments(path: Path) -> list[Deployment]:
    """The rows of a CSV file with the columns product, from, count.

    Raises ConfigError with every mistake: file, line, what is wrong and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path}: the deployment table cannot be read; allowed is a CSV file in UTF-8") from None
    rows = csv.reader(text.splitlines())
    if [name.strip().lower() for name in next(rows, [])] != _COLUMNS:
        raise ConfigError(f"{path}: line 1: allowed are the columns {', '.join(_COLUMNS)}, separated by commas")
    cells = [(rows.line_num, [cell.strip() for cell in row]) for row in rows if any(cell.strip() for cell in row)]
    mistakes = [f"{path}: line {line}: {text}" for line, row in cells for text in _mistakes(row)]
    mistakes += [f"{path}: line {line}: {text}" for line, text in _twice(cells)]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return [Deployment(product, date.fromisoformat(since), int(count)) for _, (product, since, count) in cells]


def deployment_table(deployments: Iterable[Deployment], products: Iterable[str]) -> RuleTable:
    """The mart's table `deployment`: products as the tickets spell them, else as the user did."""
    spelled: dict[str, list[str]] = {}
    for product in products:
        spelled.setdefault(same_name(product), []).append(product)
    rows = [
        (product, d.since, d.count) for d in deployments for product in spelled.get(same_name(d.product), [d.product])
    ]
    return RuleTable("deployment", "product VARCHAR, since DATE, deployed BIGINT", rows)


def _mistakes(row: list[str]) -> Iterator[str]:
    if len(row) != len(_COLUMNS):
        yield f"{len(row)} values; allowed are {len(_COLUMNS)}: {', '.join(_COLUMNS)}"
        return
    product, since, count = row
    if not product:
        yield "product is empty; allowed is a name as the tickets have it"
    if not _is_date(since):
        yield f"from is {since!r}; allowed is a date such as 2026-01-31"
    if not (count.isascii() and count.isdigit() and len(count) <= _MOST_DIGITS):
        yield f"count is {count!r}; allowed is a whole number, 0 or more, of at most {_MOST_DIGITS} digits"


def _twice(cells: list[tuple[int, list[str]]]) -> Iterator[tuple[int, str]]:
    first: dict[tuple[str, str], int] = {}
    for line, row in cells:
        if len(row) == len(_COLUMNS):
            other = first.setdefault((same_name(row[0]), row[1]), line)
            if other != line:
                yield line, f"{row[0]} from {row[1]} stands in line {other} too; allowed is once"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

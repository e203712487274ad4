"""How long users waited, and for whom (AMP-L1), per month and dimension."""

from collections.abc import Iterator

from metrics.breakdown import COLUMNS, broken_down
from metrics.chain_part import PARTS, TIMES
from metrics.metric import Measure
from metrics.statistics import percentile_sql


def _held(time: str) -> Iterator[tuple[str, str, str]]:
    """Name, SQL over `chain_span s`, and meaning of each aggregate of `seconds` or of `working_seconds`."""
    for part, said in {"": "the whole span", **PARTS}.items():
        name = f"{part}_{time}".removeprefix("_")
        yield name, f"CAST(sum(s.{name}) AS BIGINT)", f"{said}, {TIMES[time]}: all chains together"
        yield f"median_{name}", percentile_sql(0.5, f"s.{name}"), f"{said}, {TIMES[time]}: median over all these chains"


def held_sql(*times: str) -> str:
    """SQL over `chain_span s`: the sums and medians of the span and of each part, in these of `TIMES`."""
    return ",\n       ".join(f"{sql} AS {name}" for time in times for name, sql, _ in _held(time))


def held_columns(time: str) -> list[str]:
    """The columns of `held_sql` for one time."""
    return [name for name, _, _ in _held(time)]


def _waits(value: str, source: str) -> str:
    return f"""SELECT {value} AS value, s.closed_month AS month, count(*) AS chains,
       {held_sql(*TIMES)}
FROM {source}
GROUP BY {value}, s.closed_month"""


CHAIN_WAIT = Measure(
    view="chain_wait",
    definition="The wait of the chains that were closed in the month, and who held them: sums, of which each part's share "
    "follows, and medians. A median counts every chain, one without the part as 0, so medians of parts do not add up. "
    "Chains that are not closed stand under an empty month, with their wait so far.",
    rules=("AMP-L1",),
    grain="dimension × value × month in which the root was closed",
    units="…seconds: elapsed; …working_seconds: open seconds of the calendar",
    columns={
        **COLUMNS,
        "month": "month in which the root's CLOSED stay that stands began; empty: not closed at T",
        "chains": "chains, those of one ticket too",
        **{name: said for time in TIMES for name, _, said in _held(time)},
    },
    example="Three chains closed in October: 2, 3 and 10 h with the desk, 0, 0 and 20 h with the user.\n"
    "desk 15 h of 35 h, median 3 h; user 20 h of 35 h, median 0 h.",
    select=broken_down(_waits, "chain_span s", "s"),
)
MEASURES = (CHAIN_WAIT,)

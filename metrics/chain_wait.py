"""How long users waited, and for whom (AMP-L1): a row a chain, and per month and dimension."""

from collections.abc import Iterator

from metrics.breakdown import COLUMNS, broken_down
from metrics.metric import Measure
from metrics.statistics import percentile_sql

PARTS = {
    "desk": "with the service desk",
    "champion": "with the champion",
    "provider": "with the provider",
    "pass_on": "solved, the answer waiting to be passed on",
    "user": "with the user",
    "confirmation": "waiting for the user's confirmation",
}
TIMES = {"seconds": "elapsed", "working_seconds": "working"}
_TIMED = [(part, time) for time in TIMES for part in PARTS]

CHAIN_SPAN = Measure(
    view="chain_span",
    definition="Every chain with its whole span, the user's wait, and the time of each part of it; a part that had no moment "
    "is 0. The parts add up to the span, in elapsed and in working time.",
    rules=("AMP-L1", "AMP-W2"),
    grain="chain, by its root",
    units="…_seconds: elapsed; …_working_seconds: open seconds of the calendar",
    columns={
        "ticket_id": "the root",
        "key": "its key at T",
        "closed_month": "month in which the root's CLOSED stay that stands began, in the desk's zone; empty: the wait goes on",
        "seconds": "the span, elapsed",
        "working_seconds": "the span in working time",
        **{f"{part}_{time}": f"{said}, {TIMES[time]}" for time in TIMES for part, said in PARTS.items()},
    },
    example="DSD-1: Monday 09:00 OPEN, 11:00 DELEGATED, Tuesday 09:00 DONE, 10:00 CLOSED.\n"
    "span 25 h (9 working): desk 2 h (2), provider 22 h (6), confirmation 1 h (1).",
    select=f"""
WITH held AS (
    SELECT ticket_id, sum(seconds) AS seconds, sum(working_seconds) AS working_seconds,
           {", ".join(f"sum(CASE WHEN part = '{part}' THEN {time} END) AS {part}_{time}" for part, time in _TIMED)}
    FROM chain_part GROUP BY ticket_id
),
ended AS (
    SELECT ticket_id, month FROM flow_event WHERE event = 'closed' AND standing
)
SELECT t.ticket_id, t.key, e.month AS closed_month,
       {", ".join(f"CAST(coalesce(h.{name}, 0) AS BIGINT) AS {name}" for name in TIMES)},
       {", ".join(f"CAST(coalesce(h.{part}_{time}, 0) AS BIGINT) AS {part}_{time}" for part, time in _TIMED)}
FROM chain c
JOIN ticket t ON t.ticket_id = c.ticket_id
LEFT JOIN held h ON h.ticket_id = c.ticket_id
LEFT JOIN ended e ON e.ticket_id = c.ticket_id
""",
)


def _held() -> Iterator[tuple[str, str, str]]:
    """Name, SQL over `chain_span s`, and meaning of each aggregate."""
    for time, words in TIMES.items():
        for part, said in {"": "the whole span", **PARTS}.items():
            name = f"{part}_{time}".removeprefix("_")
            yield name, f"CAST(sum(s.{name}) AS BIGINT)", f"{said}, {words}: all chains together"
            yield f"median_{name}", percentile_sql(0.5, f"s.{name}"), f"{said}, {words}: median over all these chains"


HELD_SQL = ",\n       ".join(f"{sql} AS {name}" for name, sql, _ in _held())


def _waits(value: str) -> str:
    return f"""SELECT {value} AS value, s.closed_month AS month, count(*) AS chains,
       {HELD_SQL}
FROM chain_span s JOIN ticket t ON t.ticket_id = s.ticket_id
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
        **{name: said for name, _, said in _held()},
    },
    example="Three chains closed in October: 2, 3 and 10 h with the desk, 0, 0 and 20 h with the user.\n"
    "desk 15 h of 35 h, median 3 h; user 20 h of 35 h, median 0 h.",
    select=broken_down(_waits),
)
MEASURES = (CHAIN_SPAN, CHAIN_WAIT)

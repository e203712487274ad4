"""The names that occur in a store, for which a profile says what they mean."""

from typing import Any

import duckdb

from metrics.profile import Profile
from metrics.vocabulary import Vocabulary

SaidNow = list[tuple[Any, ...]]  # source, status, status_id, then the fields of `_fields`


def said_now(db: duckdb.DuckDBPyConnection, profile: Profile) -> SaidNow:
    """The names that tickets have at present, as they occur together: it takes a while, and waits for nothing."""
    names = ", ".join(_fields(profile))
    return db.execute(f"SELECT DISTINCT source, status, status_id, {names} FROM store.ticket").fetchall()


def read_vocabulary(db: duckdb.DuckDBPyConnection, profile: Profile, tickets: SaidNow) -> Vocabulary:
    """The names that occur in the `tickets`, and in what the tickets to compute went through; every status for every
    source."""
    fields = _fields(profile)
    found: dict[str, set[str | None]] = {field: set() for field in fields}
    changed = "SELECT DISTINCT field, from_value, to_value FROM wanted_change WHERE field IN ?"
    for field, *values in db.execute(changed, [fields]).fetchall():
        found[field].update(values)
    for field, column in zip(fields, list(zip(*tickets, strict=True))[3:], strict=False):
        found[field].update(column)
    moves = db.execute(
        "SELECT DISTINCT from_value, from_id, to_value, to_id FROM wanted_change WHERE field = 'status'"
    ).fetchall()
    names = {pair for a, b, c, d in moves for pair in ((a, b), (c, d))} | {(row[1], row[2]) for row in tickets}
    present = db.execute("SELECT source, status_id, name FROM store.status_name").fetchall()
    return Vocabulary(
        statuses=list({(row[0], name or "", id_ or "") for row in tickets for name, id_ in names}),
        projects=_texts(found["project"]),
        types=_texts(found["type"]),
        priorities=_texts(found["priority"]),
        categories=_texts(found["category"]),
        units=_texts(set().union(*(found[field] for field in _unit_fields(profile)))),
        stages=_stages(db, profile),
        people=db.execute("SELECT source, person_id, name FROM store.person").fetchall(),
        present_names={(source, status_id): name for source, status_id, name in present},
    )


def _fields(profile: Profile) -> list[str]:
    return list(dict.fromkeys(("project", "type", "priority", "category", *_unit_fields(profile))))


def _unit_fields(profile: Profile) -> list[str]:
    """Fields whose values are support units, or groups that the profile has something for."""
    of_groups = ["provider"] if profile.group or any(goal.provider for goal in profile.goal) else []
    return sorted({line.unit for line in profile.line if line.unit}) + of_groups


def _stages(db: duckdb.DuckDBPyConnection, profile: Profile) -> list[str]:
    """What stands or stood in the field of the stage; statuses have the profile's spelling already."""
    if not profile.stage:
        return []
    field = profile.stage.field
    rows = db.execute(
        """SELECT value FROM store.extra_value WHERE field = $field
           UNION SELECT from_value FROM wanted_change WHERE field = $field
           UNION SELECT to_value FROM wanted_change WHERE field = $field""",
        {"field": field},
    ).fetchall()
    return _texts({value for (value,) in rows})


def _texts(values: set[str | None]) -> list[str]:
    return sorted(value for value in values if value is not None)

"""The names that occur in a store, for which a profile says what they mean."""

import duckdb

from metrics.profile import Profile
from metrics.vocabulary import Vocabulary


def read_vocabulary(db: duckdb.DuckDBPyConnection, profile: Profile) -> Vocabulary:
    """The names that occur in the tickets, and in what the tickets to compute went through; every status for every
    source."""
    unit_fields = sorted({line.unit for line in profile.line if line.unit})
    groups = ["provider"] if profile.group or any(goal.provider for goal in profile.goal) else []
    fields = list(dict.fromkeys(("project", "type", "priority", "category", *unit_fields, *groups)))
    found: dict[str, set[str | None]] = {field: set() for field in fields}
    changed = "SELECT DISTINCT field, from_value, to_value FROM wanted_change WHERE field IN ?"
    for field, *values in db.execute(changed, [fields]).fetchall():
        found[field].update(values)
    now = f"SELECT DISTINCT source, status, status_id, {', '.join(fields)} FROM store.ticket"
    tickets = db.execute(now).fetchall()
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
        units=_texts(set().union(*(found[field] for field in (*unit_fields, *groups)))),
        stages=_stages(db, profile),
        people=db.execute("SELECT source, person_id, name FROM store.person").fetchall(),
        present_names={(source, status_id): name for source, status_id, name in present},
    )


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

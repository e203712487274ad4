"""What the numbered registers share: a field is amended under its number, and who changed what is kept."""

import sqlite3
from collections.abc import Mapping

from metrics.errors import ArbiterError


def amend(
    db: sqlite3.Connection, register: str, number: int, values: Mapping[str, str | None], at: str, who: str,
    meeting: int | None = None,
) -> None:  # fmt: skip
    """Set fields of the row `number` of a register; each real change is kept as an amendment, made at `meeting` if any.

    Raises ArbiterError when there is no such number.
    """
    row = db.execute(f"SELECT * FROM {register} WHERE number = ?", [number]).fetchone()
    if row is None:
        raise ArbiterError(f"there is no {register} {number}")
    for field, after in values.items():
        if row[field] != after:
            db.execute(f"UPDATE {register} SET {field} = ? WHERE number = ?", [after, number])
            db.execute(
                "INSERT INTO amendment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [register, number, field, _text(row[field]), _text(after), at, who, meeting],
            )


def before(db: sqlite3.Connection, register: str, at: str) -> dict[int, dict[str, str | None]]:
    """number → the fields that were amended at or after `at` (UTC, ISO text), with what they said just before it."""
    found: dict[int, dict[str, str | None]] = {}
    rows = db.execute(
        "SELECT number, field, before FROM amendment WHERE register = ? AND amended_at >= ? ORDER BY rowid DESC",
        [register, at],
    )
    for number, field, said in rows:
        found.setdefault(number, {})[field] = said
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def required(text: str, what: str) -> str:
    """The text without blanks around it. Raises ArbiterError when nothing is left."""
    if not text.strip():
        raise ArbiterError(f"{what} is empty: write what it should say")
    return text.strip()

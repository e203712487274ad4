"""A log in an exported table, and a desk that reads it."""

from pathlib import Path

from tests.etl.pulls import PulledDesk

LOG = ["Case", "When", "Who", "State", "Unit"]
EVENTS = [
    ["T1", "03/07/2026 10:00", "ann", "Open", "L1"],
    ["T1", "03/07/2026 11:30", "bob", "In Progress", "L2"],
    ["T2", "04/07/2026 09:00", "ann", "Open", "L1"],
    ["T1", "06/07/2026 09:15:30", "bob", "Closed", "L2"],
]
COLUMNS = 'columns = { id = "Case", at = "When", author = "Who", status = "State", provider = "Unit" }'
SOURCE = 'name = "log"\nkind = "files"\ntimes = ["day first"]\nzone = "Europe/Rome"\n'
HISTORY = f'[desk.desk.source.history]\npath = "log.*"\n{COLUMNS}\n'
CHANGES = """SELECT ticket_id, field, from_value, to_value, author, strftime(changed_at, '%d %H:%M:%S')
             FROM change ORDER BY 1, seq, item"""


def csv_text(header: list[str], rows: list[list[str]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in [header, *rows])


def desk(folder: Path, source: str = "", **tables: str) -> PulledDesk:
    """A desk whose source has these lines more, and these tables in files (`_` stands for a dot in their names)."""
    made = PulledDesk(folder, SOURCE + (source or HISTORY))
    for name, text in tables.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8", newline="")
    return made


def log(folder: Path, rows: list[list[str]] = EVENTS, more: str = "") -> PulledDesk:
    return desk(folder, more + HISTORY, log_csv=csv_text(LOG, rows))

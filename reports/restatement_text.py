"""A restatement as people read it, and as JSON."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from metrics.profile import Profile
from reports.evidence import Told
from reports.read_back import LISTED, Label, Place
from reports.restatement import CAUSES, Change, Restatement, Step, in_order
from reports.wording import local_time, working_duration
from sight.keys import RESTRICTED

# In the text: rows a sheet, cells a row, tickets a cause. JSON has all of them.
_ROWS, _CELLS, _TICKETS = 20, 8, 12
_LONGEST = 60  # characters of a text that a cell holds
_DIGITS = range(6)
_NOTHING = "nothing"


def restatement_json(found: Restatement) -> dict[str, Any]:
    """The restatement as plain values: figures in the unit of their cell (shares as fractions), times of tickets in
    seconds."""
    manifest = found.entry.manifest
    return {
        "frozen": {name: manifest[name] for name in ("kind", "period", "as_of", "known_at", "profile_hash")}
        | {"number": found.entry.number, "files": found.entry.files},
        "changes": [
            {
                "sheet": change.place.sheet, "block": change.place.block, "row": [value for _, value in change.place.labels],
                "column": change.place.column, "unit": change.unit, "frozen": change.frozen, "now": change.now,
                "steps": [
                    {"cause": step.cause, "before": step.before, "after": step.after,
                     "tickets": [vars(one) for one in step.tickets]}
                    for step in change.steps
                ],
            }
            for change in found.changes
        ],
        "deleted": found.deleted,
        "notes": found.notes,
    }  # fmt: skip


def restatement_text(found: Restatement, profile: Profile) -> str:
    """The restatement in lines: what was frozen, how much moved and why, then sheet by sheet each changed row with its
    figures, causes and tickets."""
    entry = found.entry
    lines = [
        f"{entry.manifest['kind']} {entry.manifest['period']}, frozen as no. {entry.number} on "
        f"{local_time(entry.known_at, profile)}, as of {local_time(entry.as_of, profile)}: {entry.files[0]}",
        *(f"note: {note}" for note in found.notes),
        _how_much(found.changes),
    ]
    for sheet, changes in groupby(found.changes, key=lambda change: change.place.sheet):
        lines += _sheet_lines(sheet, list(changes), profile)
    if found.deleted:
        lines.append(
            f"deleted ticket: {_some(found.deleted)}: gone from the source since; as of then it was there, and still counts"
        )
    return "\n".join(lines)


def _how_much(changes: Sequence[Change]) -> str:
    if not changes:
        return "Every figure is what it was."
    causes = Counter(step.cause for change in changes for step in change.steps)
    said = ", ".join(f"{cause} {n}" for cause, n in causes.most_common())
    return f"{_figures(len(changes))} moved: by {said}"


def _figures(n: int) -> str:
    return "1 figure" if n == 1 else f"{n:,} figures"


def _sheet_lines(sheet: str, changes: list[Change], profile: Profile) -> list[str]:
    """Its rows, the first of them; rows that came to a list of tickets or left it stand together. What a ticket says
    otherwise is said once a sheet."""
    rows = [list(row) for _, row in groupby(changes, key=_together)]
    said: set[Any] = set()
    shown = [line for row in rows[:_ROWS] for line in _row_lines(row, said, profile)]
    more = [f"  … and {len(rows) - _ROWS} more rows: --json has all"] if len(rows) > _ROWS else []
    return ["", f"{sheet}: {_figures(len(changes))}", *shown, *more]


def _together(change: Change) -> Any:
    place = change.place
    return (place.block, LISTED) if _is_listing(change) else (place.block, place.labels)


def _is_listing(change: Change) -> bool:
    return change.place.key is not None and not change.place.column


def _row_lines(changes: list[Change], said: set[Any], profile: Profile) -> list[str]:
    """What the row is of, then by cause its figures from what to what, and the tickets."""
    place = changes[0].place
    if _is_listing(changes[0]):
        return [f"  {place.block or place.sheet}: the list", *_list_lines(changes)]
    of = " ".join(filter(None, (_label(value) for value in _of(place))))
    causes = [cause for cause in CAUSES if any(step.cause == cause for change in changes for step in change.steps)]
    lines = [f"  {': '.join(filter(None, (place.block, of)))}"]
    if len(causes) > 1:
        cells = [_cell(change, change.frozen, change.now) for change in changes if change.frozen != change.now]
        lines.append(f"    altogether: {_some(cells, _CELLS) or 'what it was'}")
    for cause in causes:
        steps = [(change, step) for change in changes for step in change.steps if step.cause == cause]
        tickets = _united([step for _, step in steps])
        told = [
            _ticket(one, said, profile) for one in tickets[:_TICKETS]
        ]  # what the others say is not shown, so not said
        cells = [_cell(change, step.before, step.after) for change, step in steps]
        told += [one.key for one in tickets[_TICKETS:]]
        lines += [f"    {cause}: {_some(cells, _CELLS)}", *([f"      {_some(told)}"] if told else [])]
    return lines


def _of(place: Place) -> list[Label]:
    """What a row is of, without the rule that stands beside it on the summary."""
    values = [value.removeprefix("… ") if isinstance(value, str) else value for _, value in place.labels]
    return values[:1] if place.sheet == "Summary" else values


def _list_lines(changes: list[Change]) -> list[str]:
    """Which tickets came to the list and which left it, by cause."""
    lines = []
    for cause in CAUSES:
        steps = [(change.place, step) for change in changes for step in change.steps if step.cause == cause]
        for what, came in (("now listed", True), ("not listed any more", False)):
            keys = sorted({str(place.key) for place, step in steps if (step.after is not None) == came}, key=in_order)
            lines += [f"    {cause}: {what}: {_some(keys)}"] if keys else []
    return lines


def _united(steps: Sequence[Step]) -> list[Told]:
    """The tickets of the steps, each once, with all that it says to any of them; restricted ones, which cannot be told from
    each other, as many as the step with most of them has."""
    found: dict[str, list[Told]] = {}
    for step in steps:
        for one in step.tickets:
            found.setdefault(one.key, []).append(one)
    found.pop(RESTRICTED, None)
    restricted = max(([one for one in step.tickets if one.key == RESTRICTED] for step in steps), key=len, default=[])
    return [*(_merged(found[key]) for key in sorted(found, key=in_order)), *restricted]


def _merged(told: list[Told]) -> Told:
    before, after = (
        {name: v for one in told for name, v in getattr(one, side).items()} for side in ("before", "after")
    )
    return Told(told[0].key, before, after)


def _cell(change: Change, before: Any, after: Any) -> str:
    """`Met 3 -> 4`, with as many digits as it takes to tell them apart."""
    was = now = ""
    for more_digits in _DIGITS:
        was, now = (_shown(value, change.unit, more_digits) for value in (before, after))
        if was != now:
            break
    return f"{change.place.column.removeprefix('… ')} {was} -> {now}".strip()


def _ticket(one: Told, said: set[Any], profile: Profile) -> str:
    """`DSD-1 (first response: met -> missed)`: what it says to the figures otherwise than before, without what was said."""
    if not one.before or not one.after:
        differs = [("", bool(one.before), bool(one.after))] if one.before or one.after else []
    else:
        differs = [(name, one.before[name], one.after[name]) for name in one.after]
    news = [what for what in differs if (one.key, *what) not in said]
    said.update((one.key, *what) for what in differs)
    if not news:
        return one.key
    if not one.before or not one.after:
        return f"{one.key} ({'not counted before' if one.after else 'not counted any more'})"
    parts = [f"{name}: {_fact(name, was, profile)} -> {_fact(name, now, profile)}" for name, was, now in news]
    return f"{one.key} ({'; '.join(parts)})"


def _fact(name: str, value: Any, profile: Profile) -> str:
    if isinstance(value, tuple):
        return ", ".join(_fact(name, one, profile) for one in value) or _NOTHING
    if value is not None and name.endswith(" time"):
        return working_duration(int(value), profile)
    return _label(value)


def _label(value: Any) -> str:
    """A value in words: a month by its name, a long text cut."""
    if value is None:
        return _NOTHING
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.time() != value.time().min else _label(value.date())
    if isinstance(value, date):
        return f"{value:%B %Y}" if value.day == 1 else f"{value}"
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _shown(value: Any, unit: str, more_digits: int = 0) -> str:
    """A figure as its cell shows it, or with some more digits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _label(value)
    if unit == "share":
        return f"{value:.{1 + more_digits}%}"
    return f"{value:.{2 + more_digits}f}" if isinstance(value, float) else f"{value:,}"


def _some(names: list[str], most: int = _TICKETS) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more (--json has all)" if more > 0 else "")

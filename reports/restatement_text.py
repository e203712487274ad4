"""A restatement as people read it, and as JSON."""

from typing import Any

from metrics.profile import Profile
from reports.cells import Kind
from reports.restatement import Change, Moved, Restatement, Step
from reports.wording import local_time, working_duration

_SHOWN = 12  # tickets a cause, in the text; JSON has all of them
_NOTHING = "nothing"


def restatement_json(found: Restatement) -> dict[str, Any]:
    """The restatement as plain values: shares as fractions, times in seconds."""
    manifest = found.entry.manifest
    return {
        "frozen": {name: manifest[name] for name in ("kind", "period", "as_of", "known_at", "profile_hash")}
        | {"number": found.entry.number, "files": found.entry.files},
        "changes": [
            {
                "figure": change.figure.name, "title": _title(change), "months": [change.span.first, change.span.last],
                "frozen": change.frozen, "now": change.now,
                "steps": [
                    {"causes": step.causes, "before": step.before, "after": step.after,
                     "tickets": [vars(moved) for moved in step.tickets]}
                    for step in change.steps
                ],
            }
            for change in found.changes
        ],
        "deleted": found.deleted,
        "notes": found.notes,
    }  # fmt: skip


def restatement_text(found: Restatement, profile: Profile) -> str:
    """The restatement in lines: what was frozen, each changed figure with its causes and tickets."""
    entry = found.entry
    lines = [
        f"{entry.manifest['kind']} {entry.manifest['period']}, frozen as no. {entry.number} on "
        f"{local_time(entry.known_at, profile)}, as of {local_time(entry.as_of, profile)}: {entry.files[0]}",
        *(f"note: {note}" for note in found.notes),
    ]
    if not found.changes:
        lines.append("Every figure is what it was.")
    for change in found.changes:
        kind = change.figure.kind
        lines.append(f"{_title(change)}: {_said(change.frozen, kind, profile)} -> {_said(change.now, kind, profile)}")
        for step in change.steps:
            lines += _step_lines(step, kind, profile)
    if found.deleted:
        lines.append(
            f"deleted ticket: {_some(found.deleted)}: gone from the source since; as of then it was there, and still counts"
        )
    return "\n".join(lines)


def _title(change: Change) -> str:
    return f"{change.span.title}: {change.figure.group}: {change.figure.title.removeprefix('… ')}"


def _step_lines(step: Step, kind: Kind, profile: Profile) -> list[str]:
    """From what to what, by which causes, each with its tickets: on one line where there is one cause."""
    moved = f"{_said(step.before, kind, profile)} -> {_said(step.after, kind, profile)}"
    tickets = {cause: [_ticket(one, profile) for one in step.tickets if one.cause == cause] for cause in step.causes}
    if len(tickets) == 1:
        [(cause, named)] = tickets.items()
        return [f"  {cause}: {moved}" + (f": {_some(named)}" if named else "")]
    return [f"  {', '.join(tickets)}: {moved}", *(f"    {cause}: {_some(named)}" for cause, named in tickets.items())]


def _ticket(moved: Moved, profile: Profile) -> str:
    """`DSD-1 (result: met -> missed)`: what the figure reads of it otherwise than before."""
    if not moved.before or not moved.after:
        return f"{moved.key} ({'not counted before' if moved.after else 'not counted any more'})"
    parts = [
        f"{_name(name)}: {_said(moved.before[name], _kind(name), profile)} -> {_said(moved.after[name], _kind(name), profile)}"
        for name in moved.after
        if moved.before[name] != moved.after[name]
    ]
    return f"{moved.key} ({'; '.join(parts)})"


def _name(column: str) -> str:
    return column.removeprefix("tk_").replace("_nwh", " time").replace("_", " ")


def _kind(column: str) -> Kind:
    return "nwh" if column.endswith("_nwh") else "month" if column.endswith("_month") else "text"


def _said(value: Any, kind: Kind, profile: Profile) -> str:
    if value is None:
        return _NOTHING
    if kind == "nwh":
        return working_duration(int(value), profile)
    if kind == "month":
        return f"{value:%B %Y}"
    if kind == "share":
        return f"{value:.1%}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more (--json has all)" if more > 0 else "")

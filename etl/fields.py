"""Fields by name: where a site keeps what the profile calls service, category, estimation … (section 1.3)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from etl.field_mapping import FieldMapping
from etl.jira_shape import OF_EVERY_ISSUE
from metrics.names import same_name
from metrics.profile import FieldMap, Profile

# System fields that a Jira may not list (files have no /field); id → name.
JIRA_FIELDS = {"duedate": "Due Date", "components": "Component/s", "labels": "Labels", "resolution": "Resolution"}


@dataclass(frozen=True)
class FieldProblem:
    """A field of the profile that the site does not have, or has more than once. One sentence in `text`."""

    field: str
    text: str
    required: bool


def resolve_fields(
    profile: Profile,
    listed: Iterable[Mapping[str, Any]],
    system: Mapping[str, str] = JIRA_FIELDS,
    taken: Collection[str] = OF_EVERY_ISSUE,
) -> tuple[FieldMapping, list[FieldProblem]]:
    """The profile's fields at a site that lists `listed` (id, name) and has `system` (id → name) unlisted; problems name
    what there is instead. The ids `taken` have a meaning of their own.

    Files without any list of fields are read by the profile's own names, since histories hold names; still a problem.
    """
    listed = list(listed)
    by_name: dict[str, list[tuple[str, str]]] = {}
    for field_id, name in {**system, **{str(f["id"]): str(f.get("name", f["id"])) for f in listed}}.items():
        by_name.setdefault(same_name(name), []).append((field_id, name))
    fields: dict[str, tuple[str, str, str]] = {}
    problems: list[FieldProblem] = []
    for canonical, wanted in profile.field.items():
        found = next((by_name[same_name(n)] for n in wanted.names if same_name(n) in by_name), [])
        field_id, name = found[0] if found else (wanted.names[0], wanted.names[0])
        if field_id.casefold() in taken:
            text = f"field {canonical}: {name!r} is what every ticket has, and is read as that; allowed: another field"
            problems.append(FieldProblem(canonical, text, True))
        elif len(found) == 1:
            fields[canonical] = (field_id, name, wanted.kind)
        else:
            problems.append(_problem(canonical, wanted, found, by_name))
            if not listed:
                fields[canonical] = (field_id, name, wanted.kind)
    return FieldMapping(fields), problems


def _problem(
    canonical: str, wanted: FieldMap, found: list[tuple[str, str]], by_name: Mapping[str, list[tuple[str, str]]]
) -> FieldProblem:
    names = " or ".join(repr(n) for n in wanted.names)
    if found:
        ids = ", ".join(field_id for field_id, _ in found)
        text = f"field {canonical}: {names} is ambiguous: the site has it as {ids}"
    else:
        shown = sorted(name for entries in by_name.values() for _, name in entries)
        close = get_close_matches(wanted.names[0], shown, n=5, cutoff=0.5)
        there = "similar names there: " if close else "names there: "
        text = f"field {canonical}: the site has no field named {names}; {there}{', '.join(close or shown[:40])}"
    return FieldProblem(canonical, text, wanted.required or bool(found))

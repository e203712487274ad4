"""Whether the fields of a profile are those of a source."""

from collections.abc import Iterable

from etl.field_mapping import FieldMapping
from etl.fields import FieldProblem


def fields_there(mapping: FieldMapping, problems: Iterable[FieldProblem]) -> Iterable[tuple[bool, str]]:
    """Which field of the source each field of the profile is, or what was not found: one finding a field. An optional
    one that is not there is no fault."""
    problems = list(problems)
    unsure = {problem.field for problem in problems}  # files without a list of fields are read by names all the same
    for canonical, (field_id, name, _) in mapping.fields.items():
        if canonical in unsure:
            continue
        yield True, f"field {canonical} is {name!r}" + (f" ({field_id})" if field_id != name else "")
    for problem in problems:
        yield not problem.required, problem.text + ("" if problem.required else " (optional)")

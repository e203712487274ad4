"""What a profile says of lines of support, their units and agreements, and of the follow-up list."""

from collections.abc import Iterator

from pydantic import Field

from metrics.names import same_name
from metrics.profile_calendar import InForce, Part
from metrics.profile_values import Phase, UnitField, WorkingDuration


class Line(Part):
    """A support line (DMSU-M1 to M5), in the order in which tickets are passed on: the phases in which it works on a
    ticket. With `unit`, the field that names who works there: each of them is measured apart (OPS-M1). Lines that share
    phases are told apart by their `units`; whoever no line names is of the one without."""

    name: str
    phases: list[Phase] = Field(min_length=1)
    unit: UnitField | None = None
    units: list[str] = []


class Ola(InForce):
    """Within which time a line, or one of its units, answers (OPS-M1, OPS-M2). The first in the file that fits counts."""

    line: str
    unit: str | None = None
    rule: str = "OPS-M1"
    within: WorkingDuration


class FollowUp(Part):
    """The follow-up list (DMSU-M7): statuses in which a ticket is on hold, waiting for a release."""

    on_hold: list[str] = []


def wrong_sharing(lines: list[Line]) -> Iterator[str]:
    """What is wrong with lines that share a phase, and with their units."""
    yield from (
        f"line.{line.name}.units: names units of no field; allowed with `unit` in the line's table"
        for line in lines
        if line.units and not line.unit
    )
    for phase in sorted({p for line in lines for p in line.phases}):
        sharing = [line for line in lines if phase in line.phases]
        if len(sharing) > 1 and (len({s.unit for s in sharing}) > 1 or sum(not s.units for s in sharing) > 1):
            yield (
                f"line.phases: {phase!r} stands twice; allowed is once in all lines, or in lines with the same `unit`, "
                "all of which but one name their `units`"
            )
        named = [same_name(unit) for line in sharing for unit in line.units]
        yield from (
            f"line.units: {unit!r} stands twice in lines of the phase {phase!r}; allowed is once"
            for unit in sorted(set(named))
            if named.count(unit) > 1
        )

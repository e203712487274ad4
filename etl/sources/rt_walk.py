"""From a ticket's present values back to those that it was created with, change by change."""

from etl.records import Change
from metrics.names import SEPARATOR


class Walk:
    """The way back of one ticket. `values`: field → the values that it has at this point, to begin with those of today;
    `wrong`: what does not fit, if anything: then something is missing.
    """

    def __init__(self, values: dict[str, list[str]]) -> None:
        self.values, self.wrong = values, ""
        self._last_of_owner: tuple[str | None, str | None] | None = None

    def undo(self, change: Change, field: str, old: str | None, new: str | None, applies: bool = True) -> Change:
        """The change with its field and its values; of a field with several values, all of them before and after.

        Owner changes come twice, as a change of the field and as one of the role: the second look at the same one stays
        an entry without a field. A field that does not apply to the ticket (any more: it is in another queue) has no
        present value to go back from.
        """
        if field == "assignee":
            if self._last_of_owner == (old, new) and not self._has(field, new):
                return change
            self._last_of_owner = (old, new)
        if new is not None and not self._has(field, new):
            self.values[field] = [new]
            if applies:
                self.wrong = f"its history does not lead to its present {field}"
        values = self.values.setdefault(field, [])
        after = joined(values)
        if new is not None:
            values.remove(new)
        if old is not None:
            values.append(old)
        return filled(change, field, joined(values), after)

    def _has(self, field: str, value: str | None) -> bool:
        values = self.values.get(field, [])
        return value in values if value is not None else not values


def filled(change: Change, field: str, before: str | None, after: str | None) -> Change:
    """The change with its field and values. Where both are the same, as a due date that only moved within its day, the
    field did not change: it stays an entry without one."""
    return change if before == after else change._replace(field=field, from_value=before, to_value=after)


def joined(values: list[str]) -> str | None:
    """Several values as one text, always in the same order; None for none."""
    return SEPARATOR.join(sorted(filter(None, values))) or None

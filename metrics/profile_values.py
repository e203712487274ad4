"""The words and small values that the tables of a profile are made of."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

ClockName = Literal["first_response", "first_human_response", "update", "resolution", "closure"]
Phase = str
Kind = Literal["active", "waiting", "resolved", "closed"]
Role = Literal["service_manager", "arb", "esa", "security"]
FieldName = Literal[
    "summary", "type", "priority", "relevance", "service", "service_element", "service_version", "category",
    "provider", "eta", "score", "esa_arb", "esa_cab", "interface",
]  # fmt: skip
UnitField = Literal["provider", "service", "service_element", "category"]
CheckedField = FieldName | Literal["description", "assignee", "reporter"]
_DURATION = re.compile(r"(\d+(?:\.\d+)?) (NWH|NWD)")
_LONGEST = 10_000  # of either unit: forty years of working days


def _is_duration(text: str) -> str:
    parts = _DURATION.fullmatch(text)
    if not parts or float(parts[1]) > _LONGEST:
        raise ValueError(
            f"not a working duration; allowed is a number up to {_LONGEST} and a unit, such as 2 NWH or 0.5 NWD"
        )
    return text


def one_or_many(value: Any) -> Any:
    """What may be written once or as a list, as a list."""
    return [value] if isinstance(value, str | dict) else value


WorkingDuration = Annotated[str, AfterValidator(_is_duration)]
Names = Annotated[list[str], BeforeValidator(one_or_many)]

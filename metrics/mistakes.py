"""Mistakes in a TOML file that a model describes: each in one line, in the words of the file."""

import re
from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

_LONGEST_VALUE = 60  # of one that is shown
_SECRETIVE = re.compile(r"://.*[@?#]")  # an address that may hold a secret
_TABLE, _WHOLE, _DAY = "allowed: a table", "allowed: a whole number", "allowed: a day such as 2026-01-31"
# What pydantic would say in words of Python.
_SAYS = {
    "missing": "missing key",
    "literal_error": "allowed: {expected}",
    "model_type": _TABLE, "dict_type": _TABLE,
    "list_type": "allowed: a list",
    "string_type": "allowed: a text in quotes",
    "bool_type": "allowed: true or false", "bool_parsing": "allowed: true or false",
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE,
    "float_type": "allowed: a number", "float_parsing": "allowed: a number",
    "greater_than_equal": "allowed: {ge} or more", "less_than_equal": "allowed: {le} or less",
    "date_type": _DAY, "date_from_datetime_parsing": _DAY,
    "too_short": "nothing in it; allowed: {min_length} or more",
    "string_too_short": "empty; allowed: characters, {min_length} or more",
    "string_too_long": "too long; allowed: characters, {max_length} or fewer",
}  # fmt: skip


def describe_mistakes(
    mistakes: Iterable[Mapping[str, Any]], where: str, model: type[BaseModel], given: Mapping[str, Any]
) -> list[str]:
    """One line a mistake (as pydantic tells them): file, key, what is wrong and allowed, and the value where it is short.

    `given` is what the file holds and `model` describes. What has a name is called by it: `source "jira"`.
    """
    lines = []
    for mistake in mistakes:
        key, table = _place(mistake["loc"], model, given)
        lines.append(f"{where}: {key or '(whole file)'}: {_said(mistake, table)}")
    return lines


def _said(mistake: Mapping[str, Any], table: Any) -> str:
    kind, value = mistake["type"], repr(mistake["input"])
    if kind == "extra_forbidden":
        keys = [name for part in _parts(table) if _is_model(part) for name in part.model_fields]
        return f"unknown key; allowed: {', '.join(keys)}"
    said = _SAYS[kind].format_map(mistake.get("ctx", {})) if kind in _SAYS else _ours(mistake["msg"])
    if mistake["loc"][-1:] == ("[key]",) and kind == "literal_error":
        return f"unknown key; {said}"
    is_shown = len(value) <= _LONGEST_VALUE and kind != "missing" and not _SECRETIVE.search(value)
    return said + (f" (is {value})" if is_shown else "")


def _ours(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be ", "allowed: ", 1)


def _place(loc: tuple[str | int, ...], model: type[BaseModel], given: Any) -> tuple[str, Any]:
    """The key as it stands in the file, and the type of the table that it stands in."""
    shown: list[str] = []
    by_name = loc[-1:] != ("name",)  # but where the name is what is wrong
    table: Any = model
    inside: Any = model
    for part in loc:
        below = _below(inside, part)
        if below is not None and below in _parts(inside):  # the kind of a source, which pydantic puts into the place
            inside = below
            continue
        given = _inside(given, part)
        if by_name and isinstance(part, int) and isinstance(_inside(given, "name"), str):
            shown[-1] += f' "{given["name"]}"'
        elif part != "[key]":
            shown.append(str(part))
        table, inside = inside, below
    return ".".join(shown), table


def _inside(given: Any, part: str | int) -> Any:
    if isinstance(given, dict):
        return given.get(part)
    return given[part] if isinstance(given, list) and isinstance(part, int) and part < len(given) else None


def _below(kind: Any, part: str | int) -> Any:
    """The type of what stands at `part` in a value of this type; of one of several kinds, that kind."""
    for each in _parts(kind):
        if _is_model(each):
            if part in each.model_fields:
                return each.model_fields[part].annotation
            if "kind" in each.model_fields and part in get_args(each.model_fields["kind"].annotation):
                return each
        elif get_origin(each) in (dict, list):
            return get_args(each)[-1]
    return None


def _parts(kind: Any) -> list[Any]:
    """The types that a value of this type may have, but for none at all."""
    if get_origin(kind) is Annotated:
        return _parts(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [part for each in get_args(kind) for part in _parts(each)]
    return [] if kind in (None, NoneType) else [kind]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)

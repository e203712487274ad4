"""How names of statuses, types, categories, priorities and fields are compared (section 1.2)."""

SEPARATOR = "; "  # between the values of a field that has several


def same_name(name: str | None) -> str:
    """The form in which two spellings of one name are equal: trimmed, case-folded, `-`/`_`/spaces as one space.

    >>> same_name(" ON-GOING "), same_name("On  going")
    ('on going', 'on going')
    """
    return " ".join((name or "").replace("-", " ").replace("_", " ").split()).casefold()


def in_words(name: str) -> str:
    """Our name of a clock, field or state, for people.

    >>> in_words("first_response")
    'first response'
    """
    return name.replace("_", " ")


def same_name_sql(name: str) -> str:
    """SQL: the same form of a text, but for blanks and capitals beyond ASCII's."""
    return f"lower(trim(regexp_replace({name}, '[-_\\s]+', ' ', 'g')))"

"""Texts in SQL, where a parameter cannot stand."""


def literal(text: object) -> str:
    """SQL: a text, or a path as one."""
    return "'" + str(text).replace("'", "''") + "'"

"""The fields and statuses of a Jira, as its REST lists them: by id and name."""

import msgspec


class Named(msgspec.Struct):
    """A field or a status."""

    id: str | int
    name: str

"""What a metric is: a definition, its rule ids, its grain and units, and the SQL that makes its table or view."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Metric:
    """One metric. `sql` creates `table`, reading the rule tables (`metrics.rules`) and the tables made before it.

    `public` tables go into the mart, others are steps on the way. SQL keeps to windows, joins and aggregates, so
    that other engines run it too; a table of the mart is made with `ticket_id` and `key` before everything else.
    `columns` says of each column of a public table what it holds; `example` is worked by hand, for the reader.
    `moves`: which rows of a public table may be others at a later T although nothing happened to their tickets, or to
    what these are linked to (SQL on its columns); unless a metric says so, any.
    """

    table: str
    definition: str
    rules: tuple[str, ...]
    grain: str
    units: str
    sql: str
    public: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    moves: str = "true"


@dataclass(frozen=True)
class Measure:
    """One measure over the mart: `select` reads the mart's tables by their bare names, and stands in the mart as the
    view `view`. Whoever narrows it (a page's filters, a role) puts narrowed tables under the same names before it.
    """

    view: str
    definition: str
    rules: tuple[str, ...]
    grain: str
    units: str
    select: str
    columns: Mapping[str, str]
    example: str

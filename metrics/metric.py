"""What a metric is: a definition, its rule ids, its grain and units, and the SQL that makes its table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """One metric. `sql` creates `table`, reading the rule tables (`metrics.rules`) and the tables made before it.

    `public` tables go into the mart, others are steps on the way. SQL keeps to windows, joins and aggregates, so
    that other engines run it too; a table of the mart is made with `ticket_id` and `key` before everything else.
    """

    table: str
    definition: str
    rules: tuple[str, ...]
    grain: str
    units: str
    sql: str
    public: bool = False

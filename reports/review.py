"""What a board reviews: the queries of its page and papers, on a connection from `sight.opening.open_mart`, which decides
whose tickets may be shown."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from metrics.agenda import MISSED, SECTIONS
from metrics.names import in_words
from reports.by_key import by_key
from sight.opening import Connection

LISTED = 200
_ABOUT = "t.ticket_id, t.key, t.url, t.summary, t.type, t.priority, t.service, t.provider, t.status, t.assignee"


@dataclass(frozen=True)
class BoardRule:
    """A board of the profile: its name there, what people call it, the flag whose tickets it reviews."""

    name: str
    title: str
    flag: str | None


@dataclass(frozen=True)
class Built:
    """The agenda that builds itself: at most `LISTED` tickets that may be shown; how many there are, and restricted."""

    rows: pd.DataFrame
    n: int
    restricted: int

    @property
    def left_out(self) -> list[str]:
        """What is counted and not in the list, a sentence each."""
        more = self.n - self.restricted - len(self.rows)
        said = {
            f"{self.restricted:,} restricted for your role: counted, not listed.": self.restricted,
            f"{more:,} more of the lowest sections: not on this agenda; add those you want by key.": more,
        }
        return [text for text, n in said.items() if n]


@dataclass(frozen=True)
class About:
    """What a meeting needs to know of a ticket, as it stands now."""

    key: str
    url: str | None
    summary: str
    status: str
    assignee: str | None
    priority: str | None
    service: str | None
    provider: str | None
    updated_at: datetime
    resolved_at: datetime | None


def is_esas(flag: str | None) -> bool:
    """Whether a board is ESA's, by its flag: it reviews the tickets that ESA flagged (AMP-B4)."""
    return bool(flag)


def boards(connection: Connection) -> list[BoardRule]:
    """The boards of the desk, in the order of the profile."""
    rows = connection.execute(
        "SELECT board, title, max(flag) FROM board_rule GROUP BY board, title ORDER BY min(place)"
    ).fetchall()
    return [BoardRule(*row) for row in rows]


def built(connection: Connection, board: str) -> Built:
    """The agenda of a board in its order (1.8), with `heading` and `badges` in words."""
    rows = connection.execute(
        f"""SELECT a.*EXCLUDE (ticket_id, key, assignee), {_ABOUT}, t.restricted,
                   coalesce((SELECT list(c.clock ORDER BY c.clock) FROM clock c
                             WHERE c.ticket_id = a.ticket_id AND c.goal_seconds IS NOT NULL AND c.{MISSED}), []) AS missed
            FROM agenda a JOIN ticket t ON t.ticket_id = a.ticket_id AND t.closed_at IS NULL
            WHERE a.board = ? ORDER BY a.place""",
        [board],
    ).df()
    listed = rows[~rows.restricted].head(LISTED).reset_index(drop=True)
    said = listed.assign(
        heading=[f"{n} {SECTIONS[n]}" for n in listed.section],
        badges=[", ".join(_badges(row)) for row in listed.to_dict("records")],
    )
    return Built(said, len(rows), int(rows.restricted.sum()))


def _badges(row: dict[Hashable, Any]) -> list[str]:
    alerts = row["alerts_passed"]
    said = {
        "ESA": row["esa_flagged"],
        "priority channel": row["priority_channel"],
        f"{' and '.join(map(in_words, row['missed']))} missed": row["goal_missed"],
        f"{alerts} alert{'' if alerts == 1 else 's'} passed": alerts,
        f"ETA {row['eta_reason']}": isinstance(row["eta_reason"], str),
        "reopened": row["reopened"],
        "stalled": row["stalled"],
        "ready to close": row["ready_to_close"],
    }
    return [text for text, true in said.items() if true]


def about(connection: Connection, tickets: Collection[str]) -> dict[str, About]:
    """ticket_id → what is known of it; one that may not be shown, or is not in this mart, is absent."""
    rows = connection.execute(
        """SELECT ticket_id, key, url, coalesce(summary, ''), coalesce(status, ''), assignee, priority, service, provider,
                  updated_at, resolved_at
           FROM ticket WHERE NOT restricted AND ticket_id IN (SELECT unnest(?::VARCHAR[]))""",
        [sorted(tickets)],
    ).fetchall()
    return {ticket: About(*rest) for ticket, *rest in rows}


def ticket_of(connection: Connection, key: str) -> str | None:
    """The ticket with that key; None where there is none that may be shown. Raises SharedKey."""
    found = by_key(connection, "ticket_id", key, among="NOT restricted")
    return found["ticket_id"] if found else None

"""The queries of the Data page, on a connection from `sight.opening.open_mart`: what the figures rest on."""

from dataclasses import replace
from typing import Any

import pandas as pd

from sight.opening import Connection
from ui.listed import Listed, first_rows, first_tickets, tickets

RUNS = 50


def sync_runs(connection: Connection) -> pd.DataFrame:
    """The latest runs of sync, the last one first."""
    return connection.execute(f"SELECT * FROM sync_run ORDER BY run DESC, source LIMIT {RUNS}").df()


def checks(connection: Connection) -> pd.DataFrame:
    """Per source and check: checked, failed, share that failed, an example; the failed ones first."""
    return connection.execute(
        """
        SELECT source, "check", checked, failed, CASE WHEN checked > 0 THEN failed / checked END AS share, detail
        FROM coverage ORDER BY failed > 0 DESC, source, "check"
        """
    ).df()


def failed_tickets(connection: Connection, source: str, check: str) -> Listed:
    """The tickets that failed a check; of those that are in no figure nothing else is known."""
    found = first_rows(
        connection,
        """SELECT ticket_id, key, project, detail, restricted FROM coverage_item WHERE source = ? AND "check" = ?""",
        [source, check],
        "detail, ticket_id",
    )
    measured = tickets(connection, list(found.rows.ticket_id), ("summary", "status", "assignee"))
    rows = found.rows.assign(measured=found.rows.ticket_id.isin(measured.ticket_id))
    return replace(found, rows=rows.merge(measured, on="ticket_id", how="left"))


def left_out(connection: Connection) -> pd.DataFrame:
    """Why tickets are in no figure: per reason and what it was found on, how many."""
    return connection.execute(
        """
        SELECT source, "check", CASE WHEN "check" = 'histories whole' THEN project ELSE detail END AS found, count(*) AS n
        FROM coverage_item WHERE "check" IN ('histories whole', 'project in scope', 'type in scope')
        GROUP BY ALL ORDER BY n DESC, source, "check", found
        """
    ).df()


def versions(connection: Connection) -> dict[str, Any]:
    """The row of `meta`."""
    return dict(connection.execute("SELECT * FROM meta").df().iloc[0].items())


def reconciliation(connection: Connection) -> pd.DataFrame:
    """The source's own figures beside ours: per clock and class, as in the view, with an example's key and address."""
    rows = connection.execute(
        """
        SELECT clock, class, tickets, share, largest_difference_seconds, example AS ticket_id FROM reconciliation
        ORDER BY clock, class <> 'agree', tickets DESC, class
        """
    ).df()
    examples = tickets(connection, [*rows.ticket_id.dropna()], ("key", "url"))
    return rows.merge(examples, on="ticket_id", how="left").drop(columns="ticket_id")


def reconciled(connection: Connection, clock: str, of_class: str) -> Listed:
    """The tickets of a clock and class, the largest difference first."""
    return first_tickets(
        connection,
        "SELECT * FROM reconcile WHERE clock = ? AND class = ?",
        [clock, of_class],
        "abs(ours_seconds - theirs_seconds) DESC NULLS LAST, ticket_id",
        (
            "detail",
            *(f"{whose}_{what}" for what in ("seconds", "started_at", "stopped_at") for whose in ("ours", "theirs")),
        ),
        ("summary",),
    )

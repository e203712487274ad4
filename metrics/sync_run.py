"""The last syncs: what they pulled, and whether they came to their end."""

from metrics.metric import Metric

SYNC_RUN = Metric(
    table="sync_run",
    public=True,
    definition="The latest runs of sync, one row a run and source; outcome is done, or interrupted where the source "
    "could not be read to the end or the program was stopped. Of each source its last whole run, its last "
    "interrupted one, and the first whole one that began at T or later are kept too: this read all that the figures rest on.",
    rules=("AMP-W5",),
    grain="run of a source",
    units="fetched, changed, unchanged, incomplete, deleted, rejected: tickets",
    columns={
        "run": "number of the run, the latest is the highest",
        "source": "name of the source",
        "full_pull": "whether everything was read again",
        "started_at": "when it began",
        "ended_at": "when it was done; empty unless it was",
        "fetched": "tickets read",
        "changed": "of them new, or different from what was there",
        "unchanged": "of them as before",
        "incomplete": "of them with a history that did not arrive whole",
        "deleted": "tickets found gone",
        "rejected": "issues that could not be read",
        "requests": "requests to the source",
        "retries": "of them asked again",
        "outcome": "done or interrupted",
    },
    example="Last night's run 12 of jira: 40 tickets read, 7 changed, 33 unchanged, outcome done.",
    sql="""
CREATE TABLE mart.sync_run AS
SELECT run, source, full_pull, started_at, ended_at, fetched, changed, unchanged, incomplete, deleted, rejected,
       requests, retries, outcome
FROM store.sync_run
WHERE run > (SELECT max(run) FROM store.sync_run) - 200
   OR run IN (SELECT max(r.run) FROM store.sync_run r GROUP BY r.source, r.outcome = 'done')
   OR run IN (SELECT min(r.run) FROM store.sync_run r
              WHERE r.outcome = 'done' AND r.started_at >= as_of() GROUP BY r.source)
ORDER BY run DESC
""",
)

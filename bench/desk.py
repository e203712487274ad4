"""A desk of any size, straight into the store's tables: the same for the same seed, whatever the number of threads."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from bench.values import AGENTS, AUTOMATION, STAY_HOURS, USERS, macros, paths
from demo import world
from etl.store import CHANGE_COLUMNS, COMMENT_COLUMNS, LINK_COLUMNS, TICKET_COLUMNS, Store
from etl.upsert import unsettled

SOURCE = "jira"
BEGINS, AS_OF = datetime(2021, 1, 11, 8), datetime(2026, 1, 15, 11, 30)
FIRST_NUMBER = 1_000_000  # so that all ids have as many digits
CHUNK = 50_000
_NO = "CAST(i + 1 AS INTEGER)"  # SQL: the store's number of the ticket
_STUCK = 0.0135  # share of tickets that stop half-way, beside those that are young

# Changes of a field besides status moves: how many tickets have at least one, two, three of them.
_OTHERS = {
    "assignee": (0.85, 0.5, 0.2), "eta": (0.5, 0.2), "score": (0.35,), "priority": (0.4,), "service": (0.35,),
    "category": (0.3,), "type": (0.12,), "reporter": (0.1,), "description": (0.2,), "summary": (0.15,), "link": (0.9,),
}  # fmt: skip
# A clone's origin is one of the tickets just before it: most clones are of DSD, a few of another clone. A quarter of all
# tickets are clones; the history of nine in ten says so.
_ORIGIN = """CASE WHEN i > 40 AND project(i) IN ('DSP', 'DPM', 'DEMS') AND draw(i, 'clone') < 0.9 THEN
                 CASE WHEN project(i - 1 - nth(i, 'origin', 40)) IN ('DSD', 'DSP') THEN i - 1 - nth(i, 'origin', 40)
                      WHEN project(i - 1 - nth(i, 'another', 40)) = 'DSD' THEN i - 1 - nth(i, 'another', 40) END END"""
_MOST_CHANGES = 3
_MOVER = f"""CASE WHEN draw(i * 16 + step, 'automatic') < 0.15 THEN '{AUTOMATION}'
             ELSE agent(i * 16 + step, 'moves') END"""


def fill(path: Path, tickets: int, seed: int, say: Callable[[str], None]) -> dict[str, int]:
    """A new store at `path` with so many tickets. Returns rows per table."""
    store = Store(path)
    db = store.db
    try:
        db.execute("SET enable_progress_bar = false")
        for macro in macros(seed):
            db.execute(f"CREATE TEMP MACRO {macro}")
        _path_tables(db)
        for start in range(0, tickets, CHUNK):
            _chunk(db, start, min(start + CHUNK, tickets), tickets)
            say(f"desk: {min(start + CHUNK, tickets):,} of {tickets:,} tickets generated")
        db.execute(
            f"UPDATE ticket SET settled = false WHERE ticket_id IN ({unsettled('ticket', 'change', 'extra_value')})"
        )
        _people(db)
        store.put_site(SOURCE, f"{world.BASE}/browse/", 1)
        values = [[SOURCE, number, name] for name, number in world.STATUSES.items()]
        db.executemany("INSERT INTO status_name VALUES (?, ?, ?)", values)
        db.execute("CHECKPOINT")
        return {t: store.one(f"SELECT count(*) FROM {t}")[0] for t in ("ticket", "change", "comment", "link")}
    finally:
        store.close()


def _path_tables(db: duckdb.DuckDBPyConnection) -> None:
    """Table `path_step`: each path's statuses in order, with the mean hours spent in the one before."""
    db.execute("""CREATE TEMP TABLE path_step (path INTEGER, step INTEGER, steps INTEGER, status VARCHAR,
                  status_id VARCHAR, previous VARCHAR, previous_id VARCHAR, hours DOUBLE)""")
    ids = world.STATUSES
    for number, _, statuses, _ in paths():
        for step, status in enumerate(statuses):
            before = statuses[step - 1] if step else None
            row = [number, step, len(statuses), status, ids[status]]
            row += [before, ids[before] if before else None, STAY_HOURS[before] if before else 0]
            db.execute("INSERT INTO path_step VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _chunk(db: duckdb.DuckDBPyConnection, start: int, stop: int, tickets: int) -> None:
    span = round((AS_OF - BEGINS) / timedelta(milliseconds=1))
    db.execute(f"""CREATE OR REPLACE TEMP TABLE born AS
        SELECT i, '{SOURCE}/' || (i + {FIRST_NUMBER}) AS ticket_id, project(i) AS project, path(i, project(i)) AS path,
               TIMESTAMP '{BEGINS}' + to_milliseconds(CAST((i + draw(i, 'born')) * {span} / {tickets} AS BIGINT))
                   AS created_at,
               CASE WHEN draw(i, 'stuck') < {_STUCK} THEN nth(i, 'until', 5) ELSE 99 END AS stuck_at,
               customer(i, 'reporter') AS reporter, {_ORIGIN} AS other, project(other) || '-' || other AS other_key
        FROM (SELECT range AS i FROM range({start}, {stop}))""")
    db.execute(f"""CREATE OR REPLACE TEMP TABLE visited AS
        WITH timed AS (
            SELECT b.*, s.* EXCLUDE (path), created_at + to_milliseconds(CAST(
                       sum(-ln(1 - draw(i * 16 + step, 'stay')) * hours * 3600000)
                       OVER (PARTITION BY i ORDER BY step ROWS UNBOUNDED PRECEDING) AS BIGINT)) AS done_at
            FROM born b JOIN path_step s USING (path))
        SELECT * FROM timed WHERE done_at < TIMESTAMP '{AS_OF}' AND step <= stuck_at""")
    db.execute(f"""CREATE OR REPLACE TEMP TABLE ended AS
        SELECT i, max(done_at) AS moved_at, arg_max(status, step) AS status, arg_max(status_id, step) AS status_id,
               CASE WHEN arg_max(status, step) = 'CLOSED' THEN max(done_at) ELSE TIMESTAMP '{AS_OF}' END AS ended_at
        FROM visited GROUP BY i""")
    _changes(db)
    _comments_and_links(db)
    _tickets(db)


def _changes(db: duckdb.DuckDBPyConnection) -> None:
    """Moves; the resolution that Jira sets in the same entry; and the other fields, spread over the ticket's life."""
    rows = [(field, n, share) for field, shares in _OTHERS.items() for n, share in enumerate(shares, 1)]
    kinds = ", ".join(f"({place}, '{field}', {n}, {share})" for place, (field, n, share) in enumerate(rows))
    db.execute(f"""CREATE OR REPLACE TEMP TABLE altered AS
        SELECT b.*, k.*, created_at + (ended_at - created_at) * CASE WHEN field = 'link' THEN 0
                    ELSE (n - 1 + draw(i * 16 + n, field)) / {_MOST_CHANGES} END AS done_at
        FROM born b JOIN ended USING (i)
        JOIN (VALUES {kinds}) k(place, field, n, share) ON draw(i, k.field) < k.share
        WHERE field <> 'link' OR other IS NOT NULL""")
    db.execute(f"""INSERT INTO change
        WITH happened AS (
            SELECT ticket_id, i, step AS entry, 1 AS item, done_at, status AS to_value, previous AS from_value,
                   status_id AS to_id, previous_id AS from_id, 'status' AS field,
                   {_MOVER} AS author
            FROM visited WHERE step > 0
            UNION ALL
            SELECT ticket_id, i, step, 2, done_at, NULL, NULL, NULL, NULL, NULL, {_MOVER}
            FROM visited WHERE status = 'DONE'
            UNION ALL
            SELECT ticket_id, i, 20 + place, 1, date_trunc('milliseconds', done_at), {_value("n")}, {_value("n - 1")},
                   CASE WHEN field = 'link' THEN other_key END, NULL, field, agent(i * 16 + n, 'alters')
            FROM altered)
        SELECT {", ".join(CHANGE_COLUMNS)}, TIMESTAMP '{AS_OF}', {_NO} FROM (
            SELECT *, CAST(row_number() OVER (PARTITION BY ticket_id ORDER BY done_at, entry, item) AS INTEGER) AS seq,
                   CAST((i + {FIRST_NUMBER}) * 100 + entry AS VARCHAR) AS entry_id, done_at AS changed_at FROM happened)
        ORDER BY ticket_id, seq""")


def _value(n: str) -> str:
    """SQL: the value of `field` after its n-th change; what is empty at creation is NULL for 0."""
    return f"""CASE field WHEN 'assignee' THEN CASE WHEN {n} > 0 THEN agent(i * 16 + {n}, 'assignee') END
        WHEN 'eta' THEN {eta("altered.created_at", n)} WHEN 'score' THEN {score(n)}
        WHEN 'priority' THEN priority(i, {n}) WHEN 'service' THEN service(i, {n}) WHEN 'category' THEN category(i, {n})
        WHEN 'type' THEN ticket_type(i, project, {n}) WHEN 'description' THEN 'present'
        WHEN 'reporter' THEN CASE WHEN {n} > 0 THEN customer(i, 'new reporter') ELSE reporter END
        WHEN 'summary' THEN {summary(n)}
        WHEN 'link' THEN CASE WHEN {n} > 0 THEN 'This issue clones ' || other_key END END"""


def eta(created: str, n: str) -> str:
    """SQL: the estimated date after its n-th change, as ISO text."""
    return f"CASE WHEN {n} > 0 THEN CAST(CAST({created} AS DATE) + 5 + nth(i * 16 + {n}, 'eta', 30) AS VARCHAR) END"


def score(n: str) -> str:
    """SQL: the satisfaction score after its n-th change."""
    return f"CASE WHEN {n} > 0 THEN 1 + nth(i, 'score', 5) || '.0' END"


def summary(n: str) -> str:
    """SQL: the summary after its n-th change."""
    return f"'Question ' || (i + {FIRST_NUMBER}) || ' on the service, version ' || ({n})"


def _comments_and_links(db: duckdb.DuckDBPyConnection) -> None:
    db.execute(f"""INSERT INTO comment
        SELECT {", ".join(COMMENT_COLUMNS)}, TIMESTAMP '{AS_OF}', {_NO} FROM (
            SELECT ticket_id, i, CAST((i + {FIRST_NUMBER}) * 10 + n AS VARCHAR) AS comment_id,
                   date_trunc('milliseconds', b.created_at + (ended_at - b.created_at) * draw(i * 16 + n, 'comment'))
                       AS created_at,
                   CASE WHEN n % 2 = 0 THEN reporter ELSE agent(i * 16 + n, 'comment') END AS author,
                   draw(i * 16 + n, 'public') < 0.7 AS public
            FROM born b JOIN ended USING (i) JOIN (SELECT range AS n FROM range(5)) ON n < nth(i, 'comments', 6))
        ORDER BY ticket_id, comment_id""")
    db.execute(f"""INSERT INTO link
        SELECT {", ".join(LINK_COLUMNS)}, TIMESTAMP '{AS_OF}', {_NO} FROM (
            SELECT *, CAST(i + {FIRST_NUMBER} AS VARCHAR) AS link_id, 'Cloners' AS type, 'outward' AS direction,
                   'clones' AS label, '{SOURCE}/' || (other + {FIRST_NUMBER}) AS other_id
            FROM born WHERE other IS NOT NULL)""")


def _tickets(db: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(TICKET_COLUMNS)
    counts = ", ".join(f"count(*) FILTER (WHERE field = '{field}') AS n_{field}" for field in _OTHERS)
    db.execute(f"""INSERT INTO ticket BY NAME
        WITH altered_so_often AS (SELECT i, {counts} FROM altered GROUP BY i),
        history AS (SELECT ticket_id, count(DISTINCT entry_id) AS entries, max(changed_at) AS changed_at
                    FROM change WHERE ticket_id IN (SELECT ticket_id FROM born) GROUP BY ticket_id),
        said AS (SELECT ticket_id, count(*) AS comments, max(created_at) AS said_at
                 FROM comment WHERE ticket_id IN (SELECT ticket_id FROM born) GROUP BY ticket_id),
        whole AS (SELECT b.ticket_id, b.i, b.project, b.created_at, b.reporter AS first_reporter, e.status, e.status_id,
                         coalesce(h.entries, 0) AS entries, coalesce(s.comments, 0) AS comments,
                         greatest(b.created_at, coalesce(h.changed_at, b.created_at), coalesce(s.said_at, b.created_at))
                             AS updated_at,
                         {", ".join(f"coalesce(a.n_{field}, 0) AS n_{field}" for field in _OTHERS)}
                  FROM born b JOIN ended e USING (i) LEFT JOIN altered_so_often a USING (i)
                  LEFT JOIN history h USING (ticket_id) LEFT JOIN said s USING (ticket_id))
        SELECT {columns}, TIMESTAMP '{AS_OF}' AS first_seen_at, NULL AS gone_at, 1 AS version, {_NO} AS no,
               true AS settled FROM (
            SELECT *, '{SOURCE}' AS source, CAST(i + {FIRST_NUMBER} AS VARCHAR) AS id, project || '-' || i AS key,
                   {summary("n_summary")} AS summary, 'present' AS description, ticket_type(i, project, n_type) AS type,
                   priority(i, n_priority) AS priority,
                   CASE WHEN status IN ('DONE', 'CLOSED') THEN updated_at END AS resolution_date,
                   CASE WHEN n_assignee > 0 THEN agent(i * 16 + n_assignee, 'assignee') END AS assignee,
                   CASE WHEN n_reporter > 0 THEN customer(i, 'new reporter') ELSE first_reporter END AS reporter,
                   CASE WHEN draw(i, 'relevance') < 0.3 THEN 'Outstanding' ELSE 'Low' END AS relevance,
                   service(i, n_service) AS service, service_element(i, n_service, service(i, n_service)) AS service_element,
                   service_version(i, n_service, service(i, n_service)) AS service_version,
                   category(i, n_category) AS category, provider(i, n_service, service(i, n_service)) AS provider,
                   {eta("created_at", "n_eta")} AS eta, {score("n_score")} AS score,
                   CASE WHEN draw(i, 'arb') < 0.05 THEN 'true' END AS esa_arb,
                   CASE WHEN draw(i, 'cab') < 0.02 THEN 'true' END AS esa_cab,
                   CASE WHEN draw(i, 'interface') < 0.04 THEN 'true' END AS interface,
                   entries AS history_total, entries AS history_stored, comments AS comment_total,
                   comments AS comment_stored, hash(i) AS content_hash
            FROM whole)""")


def _people(db: duckdb.DuckDBPyConnection) -> None:
    people = [f"agent{n}" for n in range(AGENTS)] + [f"user{n}" for n in range(USERS)] + [AUTOMATION]
    db.execute(
        "INSERT INTO person SELECT ?, unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS VARCHAR[]))",
        [SOURCE, people, [display_name(person_id) for person_id in people]],
    )


def display_name(person_id: str) -> str:
    """How Jira shows somebody: `Agent 12`."""
    letters = person_id.rstrip("0123456789")
    return "Automation for Jira" if person_id == AUTOMATION else f"{letters.capitalize()} {person_id[len(letters) :]}"

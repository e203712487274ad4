"""What a role may see, decided on the query: every column of every table, and nothing that nobody decided on."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb
import pytest

from metrics.catalogue import MEASURES
from metrics.profile import Role
from sight.classified import KINDS, TABLES, columns
from sight.keys import mask, mask_sql
from sight.opening import DESK, ESA, SECURITY, NoMart, open_mart
from sight.roles import Roles, sees_as_much, sees_pseudonyms
from sight.veil import veil
from tests.desks import jira_issue, mart_of, store_of
from tests.naive.examples import faultless, moves
from tests.naive.history import Change, Ticket
from tests.pages.small_mart import PLANTED, build
from tests.story import desp_with
from ui.filters import NONE, Filters, narrowed
from ui.people import Person

PEOPLE = ("Marta Rinaldi", "Ines Carvalho")
MOVED = datetime(2026, 10, 10, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sight"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mart of `_desk`."""
    return mart_of(_desk(tmp_path_factory.mktemp("desk")), datetime(2026, 11, 1))


@cache  # of a mart that no test changes after that
def _everything(path: Path, roles: frozenset[Role], key: bytes = b"k" * 32, now: Path | None = None) -> str:
    """All that some roles can read of a mart, as one text."""
    db = open_mart(path, roles, key, now)
    views = db.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND database_name = 'memory'"
    ).fetchall()
    assert len(views) > 5
    return "\n".join(str(row) for (view,) in views for row in db.execute(f"FROM {view}").fetchall())


def _desk(folder: Path) -> Path:
    """A store: DSD-1 mentions DSEC-2; DSD-3 went to DSEC on 10 October, and is DSEC-3 since then; DPM-4; DSD-6 went to DPM."""
    created = datetime(2026, 9, 1, 8, tzinfo=UTC)
    now = {"status": "OPEN", "type": "User Request", "assignee": "zorro", "reporter": "yolanda"}
    moved, handed_over = (
        tuple(
            Change(MOVED, 1, item, field, was, became)
            for item, (field, was, became) in enumerate([("project", "DSD", to), ("key", f"DSD-{n}", f"{to}-{n}")])
        )
        for n, to in ((3, "DSEC"), (6, "DPM"))
    )
    tickets = [
        Ticket("jira/1", created, {**now, "key": "DSD-1", "summary": "As dsec-2 _Dsec-2_, and dsd-3, but not XDSEC-8"}),
        Ticket("jira/2", created, {**now, "key": "DSEC-2", "summary": PLANTED}),
        Ticket("jira/3", created, {**now, "key": "DSEC-3", "summary": PLANTED}, changes=moved),
        Ticket("jira/4", created, {**now, "key": "DPM-4", "summary": "Operations"}),
        Ticket("jira/5", created, {**now, "key": "DSEC-5", "summary": PLANTED}, complete=False),
        Ticket("jira/6", created, {**now, "key": "DPM-6", "summary": "Alarm"}, changes=handed_over),
    ]
    return store_of([jira_issue(t) for t in tickets], folder / "store.duckdb")


def test_every_column_of_the_mart_is_classified(desk: Path) -> None:
    """A new table or column: say in sight/classified.py what it is, or nobody sees it."""
    with duckdb.connect(str(desk), read_only=True) as db:
        found = db.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE table_name IN "
            "(SELECT table_name FROM duckdb_tables())"
        ).fetchall()
    assert [(table, column) for table, column in found if column not in columns(table)] == []
    assert {kind for table in TABLES for kind in columns(table).values()} <= set(KINDS)


def test_of_two_marts_the_one_that_cannot_be_read_is_named(desk: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(b"no mart")
    for path, now in ((damaged, desk), (desk, damaged)):
        with pytest.raises(NoMart, match=r"^damaged.duckdb cannot be read"):
            open_mart(path, DESK, now=now)


@pytest.mark.parametrize("roles", [DESK, SECURITY, ESA])
def test_every_measure_is_there_for_every_role_and_can_be_narrowed(desk: Path, roles: frozenset[Role]) -> None:
    db = open_mart(desk, roles)
    for measure in MEASURES:
        everything = db.execute(f"SELECT count(*) FROM {measure.view}").fetchall()
        assert db.execute(f"SELECT count(*) FROM ({measure.select})").fetchall() == everything
        select, values = narrowed(measure.select, Filters(project=("DSD",)))
        db.execute(select, values).fetchall()


def test_what_nobody_classified_is_not_shown(tmp_path: Path) -> None:
    path = build(tmp_path)
    with duckdb.connect(str(path)) as db:
        db.execute("CREATE TABLE fresh AS SELECT 'secret' AS word")
        db.execute("ALTER TABLE ticket ADD COLUMN fresh VARCHAR DEFAULT 'secret'")
    for roles in (DESK, SECURITY, ESA):
        assert "secret" not in _everything(path, roles)


@pytest.mark.parametrize("roles", [DESK, ESA, frozenset({"arb"}), frozenset({"arb", "esa"})])
def test_no_word_of_a_restricted_ticket_is_in_any_view(mart: Path, roles: frozenset[Role]) -> None:
    seen = _everything(mart, roles)
    assert [word for word in (PLANTED, "DSEC-7", "DSEC-19", "DSEC-99") if word in seen] == []
    assert "DSD-0" in seen
    assert ("Marta Rinaldi" in seen) == (roles != ESA)
    assert PLANTED in _everything(mart, SECURITY)


def test_esa_sees_pseudonyms_that_stay(mart: Path, tmp_path: Path) -> None:
    seen = _everything(mart, ESA)
    assert [word for word in (*PEOPLE, "12 of 14 entries", "DSP-2'") if word in seen] == []

    def names(path: Path, key: bytes) -> set[str]:
        rows = open_mart(path, ESA, key).execute("SELECT DISTINCT assignee FROM ticket WHERE NOT restricted").fetchall()
        return {name for (name,) in rows}

    [name] = names(mart, b"k" * 32)
    assert name.startswith("Person ")
    assert names(build(tmp_path, tickets=20), b"k" * 32) == {name}
    assert names(mart, b"other") != {name}


@pytest.mark.parametrize(
    ("roles", "pseudonyms"),
    [(ESA, True), (frozenset(), True), (DESK, False), (DESK | ESA, False), (SECURITY | ESA, False)],
)
def test_who_sees_pseudonyms(roles: Roles, pseudonyms: bool) -> None:
    assert sees_pseudonyms(roles) is pseudonyms
    assert Person("1", "Eve", roles).sees_pseudonyms is pseudonyms


def test_esa_counts_what_it_may_not_read(mart: Path) -> None:
    count = "SELECT project, count(*), count(key), count(summary) FROM ticket GROUP BY 1 ORDER BY 1"
    seen = {project: counts for project, *counts in open_mart(mart, ESA).execute(count).fetchall()}
    everything = {project: counts for project, *counts in open_mart(mart, SECURITY).execute(count).fetchall()}
    assert seen["DSD"] == everything["DSD"]
    assert seen["DSP"] == [everything["DSP"][0], 0, 0]
    restricted = open_mart(mart, ESA).execute("SELECT DISTINCT project FROM ticket WHERE restricted ORDER BY 1")
    assert restricted.fetchall() == [("DSEC",), ("DSP",)]


@pytest.mark.rule("OPS-M1")
@pytest.mark.parametrize(("field", "seen"), [("provider", "MEEO"), ("category", None)])
def test_a_unit_is_told_where_its_field_is(field: str, seen: str | None, tmp_path: Path) -> None:
    """Of a hidden ticket the provider is told, and so it is as the unit of a line: ESA's figures of units are the desk's."""
    profile = desp_with('unit = "provider"', f'unit = "{field}"', every=True)
    ticket = faultless("DPM-4", "1 09:00", *moves("TO DO", "1 10:00 IN PROGRESS"), **{field: "MEEO"})
    store = store_of([jira_issue(ticket)], tmp_path / "store.duckdb")
    mart = mart_of(store, datetime(2025, 9, 3), profile)
    units = "SELECT line, unit FROM line_stay"
    assert open_mart(mart, DESK).execute(units).fetchall() == [("provider", "MEEO")]
    assert open_mart(mart, ESA).execute(units).fetchall() == [("provider", seen)]


def test_a_line_without_units_is_its_own_unit_to_everybody(desk: Path) -> None:
    units = "SELECT DISTINCT unit FROM line_stay WHERE line = 'desk'"
    assert open_mart(desk, DESK).execute(units).fetchall() == [("desk",)]


def test_a_key_in_a_text_is_hidden_and_what_became_restricted_stays_so(tmp_path: Path) -> None:
    store = _desk(tmp_path)
    now = mart_of(store, datetime(2026, 11, 1))
    before = mart_of(store, datetime(2026, 10, 1), out=tmp_path / "before.duckdb")
    summary = "SELECT summary FROM ticket WHERE ticket_id = 'jira/1'"
    assert open_mart(now).execute(summary).fetchall() == [
        ("As (restricted) _(restricted)_, and dsd-3, but not XDSEC-8",)
    ]
    then = open_mart(before, DESK, now=now)
    assert then.execute(summary).fetchall() == [("As (restricted) _(restricted)_, and (restricted), but not XDSEC-8",)]
    assert veil(then)("Dsec-2_, dsd-3 and XDSEC-8") == "(restricted)_, (restricted) and XDSEC-8"
    seen = _everything(before, DESK, now=now)
    assert [word for word in (PLANTED, "DSEC-2", "DSD-3", "DSEC-5") if word in seen] == []
    assert then.execute("SELECT project, count(*) FROM ticket GROUP BY 1 ORDER BY 1").fetchall() == [
        ("DPM", 1), ("DSD", 3), ("DSEC", 1)
    ]  # fmt: skip
    assert "Alarm" in seen
    assert [
        word for word in ("Alarm", "DSD-6") if word in _everything(before, ESA, now=now)
    ] == []  # DPM is not for ESA
    assert "DSD-3" in _everything(before, SECURITY, now=now)
    assert "DPM-4" in _everything(now, DESK)
    assert [word for word in ("DPM-4", "Operations", "Zorro", "Yolanda") if word in _everything(now, ESA)] == []


def test_what_a_project_hides_is_not_looked_for_key_by_key(tmp_path: Path) -> None:
    """Each key would be one more word to look for in every text. DSD-3 was in no project yet that is hidden; DPM-4 was."""
    store = _desk(tmp_path)
    now = mart_of(store, datetime(2026, 11, 1))
    before = mart_of(store, datetime(2026, 10, 1), out=tmp_path / "before.duckdb")
    keys = "SELECT key FROM moved_ticket ORDER BY key"
    assert open_mart(before, ESA, now=now).execute(keys).fetchall() == [("DSD-3",), ("DSD-6",)]
    shown = before.with_name("shown.duckdb")  # made while ESA still saw DPM
    mart_of(store, datetime(2026, 10, 1), desp_with('hidden_from = ["esa"]', "", every=True), out=shown)
    assert "DPM-4" in _everything(shown, ESA)
    then = open_mart(shown, ESA, now=now)
    assert then.execute(keys).fetchall() == [("DSD-3",), ("DSD-6",)]
    assert [word for word in ("DPM-4", "Operations") if word in _everything(shown, ESA, now=now)] == []
    assert veil(then)("DPM-4, DSD-6 and DSD-1") == "(restricted), (restricted) and DSD-1"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("DSEC-12", "(restricted)"),
        ("see Dsec-12, dSEC-3.", "see (restricted), (restricted)."),
        ("_DSEC-12_ in DSEC-12_copy", "_(restricted)_ in (restricted)_copy"),
        ("éDSEC-12é", "é(restricted)é"),
        ("DSEC-12copy", "(restricted)copy"),
        ("DSEC-1 DSEC-2,DSEC-3\nDSEC-4-DSEC-5", "(restricted) (restricted),(restricted)\n(restricted)-(restricted)"),
        ("DSD-3 DSD-3 DSEC-1 dsd-3", "(restricted) (restricted) (restricted) (restricted)"),
        ("DSEC-1DSEC-2DSEC-3", "(restricted)"),
        ("DSD-30 DSD-3 DSD-31", "DSD-30 (restricted) DSD-31"),
        ("DSD-3DSD-30", "(restricted)DSD-30"),
        ("https://jira/browse/DSEC-12?a", "https://jira/browse/(restricted)?a"),
        ("XDSEC-12 xdsec-12 9DSEC-12 DSEC-x DSEC", "XDSEC-12 xdsec-12 9DSEC-12 DSEC-x DSEC"),
        ("", ""),
    ],
)
def test_keys_of_hidden_tickets_are_replaced_wherever_they_stand(text: str, read: str) -> None:
    hidden = (("DSEC", "DSP"), ("DSD-3",))
    assert mask(*hidden)(text) == read
    assert duckdb.execute(f"SELECT {mask_sql('one', *hidden)} FROM (SELECT ? AS one)", [text]).fetchall() == [(read,)]
    assert mask((), ())(text) == text
    assert mask_sql("one", (), ()) == "one"


@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(project=("DSP",), priority=(NONE, "Low")), Filters(assignee=("Marta Rinaldi",))],
)
def test_a_measure_is_narrowed_by_its_tickets(mart: Path, filters: Filters) -> None:
    db = open_mart(mart)
    where, values = filters.where("t")
    for table in ("ticket", "clock", "interval"):
        select = f"SELECT count(*) AS n FROM {table}"
        expected = db.execute(
            f"SELECT count(*) FROM {table} x JOIN (SELECT * FROM ticket) t ON t.ticket_id = x.ticket_id WHERE TRUE{where}",
            values,
        ).fetchall()
        assert db.execute(*narrowed(select, filters)).fetchall() == expected
    assert expected != [(0,)]


@pytest.mark.parametrize(
    ("roles", "others", "may"),
    [(DESK, ESA, True), (DESK, DESK, True), (ESA, DESK, False), (DESK, SECURITY, False), (SECURITY, DESK, True),
     (ESA, SECURITY, False), (frozenset({"arb"}), DESK, True), (DESK | ESA, DESK, True)],
)  # fmt: skip
def test_what_was_made_for_some_is_shown_to_those_who_see_as_much(
    mart: Path, roles: Roles, others: Roles, may: bool
) -> None:
    assert sees_as_much(open_mart(mart, roles), roles, others) is may

"""The documentation says what the program does: generated pages, described columns, rules with a worked example."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from metrics.definitions import Entry, themes
from metrics.profile import parse_profile
from metrics.rule_ids import RULES
from profiles import load_profile
from reports.documentation import pages
from tests.command import arbiter
from tests.desks import jira_issue, mart_of, store_of
from tests.naive.examples import desk_ticket, moves, rome
from tests.test_profile import SMALL
from ui.navigation import PAGES

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
ENTRIES = [entry for theme in themes(load_profile("desp")) for entry in theme.entries]
PUBLIC = [entry for entry in ENTRIES if entry.kind != "step"]
MEASURED = {rule for rule in RULES if rule.startswith(("AMP-", "F", "DMSU-", "HD-", "OPS-", "RT-"))}


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_pages_are_what_make_docs_writes(name: str) -> None:
    committed = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert committed == pages()[name], f"docs/{name} is out of date: run `make docs`"


@pytest.fixture(scope="module")
def mart_columns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The columns of every table and view of a published mart."""
    ticket = desk_ticket("1 09:00", *moves("OPEN", "1 10:00 RECEIVED"), status="RECEIVED")
    store = store_of([jira_issue(ticket)], tmp_path_factory.mktemp("desk") / "store.duckdb")
    found: dict[str, list[str]] = {}
    with duckdb.connect(str(mart_of(store, rome("2 09:00"))), read_only=True) as db:
        listed = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY 1, column_index"
        for table, column in db.execute(listed).fetchall():
            found.setdefault(table, []).append(column)
    return found


def test_every_table_and_view_of_the_mart_is_described(mart_columns: dict[str, list[str]]) -> None:
    assert sorted(mart_columns) == sorted(entry.name for entry in PUBLIC)


def test_the_clocks_and_goals_are_those_of_the_desk() -> None:
    said = {theme.title: theme.introduction for theme in themes(load_profile("eosc-helpdesk"))}
    assert "- **Time to first response** (HD-M2): From creation to the first move out of new." in said["Clocks"]
    assert (
        "- **Time to first human response** (HD-M2): provider First Line: within 4 NWH. Alerts after 3 NWH:"
        in said["Goals"]
    )
    assert [
        word for word in ("DSEC", "Priority channel", "RECEIVED", "AMP-G1") if word in said["Clocks"] + said["Goals"]
    ] == []
    assert "- This desk has no goals." in {t.title: t.introduction for t in themes(load_profile("dmsu"))}["Goals"]


@pytest.mark.parametrize("entry", PUBLIC, ids=lambda entry: entry.name)
def test_every_column_is_described_in_its_order(entry: Entry, mart_columns: dict[str, list[str]]) -> None:
    assert list(entry.columns) == mart_columns[entry.name]
    assert [column for column, text in entry.columns.items() if not text.strip() or "\n" in text or "|" in text] == []
    assert entry.definition and entry.grain and entry.example, entry.name


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_rule_that_is_cited_exists(entry: Entry) -> None:
    assert [rule for rule in entry.rules if rule not in RULES] == []


def test_choices_of_a_profile_stand_with_their_theme() -> None:
    own = parse_profile(
        SMALL + '[[choice]]\nrule = "AMP-G6"\ntext = "One."\n[[choice]]\nrule = "R1"\ntext = "Two."\n', "x"
    )
    assert [(t.title, t.choices) for t in themes(own) if t.choices] == [
        ("Tickets", (("R1", "Two."),)),
        ("Goals", (("AMP-G6", "One."),)),
    ]


def test_every_page_and_every_command_is_in_the_documents() -> None:
    screens, running = ((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("screens", "running"))
    assert [page.title for page in PAGES if f"\n| {page.title} | " not in screens] == []
    commands = [line.split()[0] for line in arbiter("--help").out.splitlines() if re.match(r"    [a-z]+(  |$)", line)]
    assert len(commands) > 5 and [name for name in commands if f"\n| `arbiter {name}" not in running] == []


def examples(*left_out: str) -> Iterator[str]:
    """The rule ids of every `@pytest.mark.rule(…)` in the tests; some folders left out."""
    for path in TESTS.rglob("test_*.py"):
        if path.relative_to(TESTS).parts[0] in left_out:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
                yield from (ast.literal_eval(argument) for argument in node.args)


def test_every_rule_has_a_worked_example() -> None:
    """In the program's own tests: the reference's examples show only that the reference is right."""
    shown = set(examples("naive"))
    assert sorted(MEASURED - shown) == []


def test_examples_name_rules_that_exist() -> None:
    assert sorted(set(examples()) - RULES.keys()) == []

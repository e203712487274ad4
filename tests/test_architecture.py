"""The house rules that a machine can see: who may import whom, no wall clock in metrics, SQL that other engines run."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot

from metrics.catalogue import METRICS
from metrics.coverage import COVERAGE
from metrics.metric import Metric

ROOT = Path(__file__).parent.parent
OURS = (
    "app",
    "bench",
    "board",
    "cli",
    "commands",
    "demo",
    "etl",
    "launch",
    "metrics",
    "pages",
    "profiles",
    "reports",
    "sight",
    "tests",
    "ui",
)
MAY_IMPORT = {
    "metrics": {"metrics"},
    "etl": {"etl", "metrics", "profiles"},
    "board": {"board", "metrics.errors"},
    "sight": {"sight", "metrics"},
    "reports": {"reports", "board", "sight", "metrics", "profiles"},
    "ui": {"ui", "board", "reports", "sight", "metrics"},
    "pages": {"pages", "ui", "board", "reports", "sight", "metrics"},
    "commands": {"commands", "launch", "demo", "etl", "board", "reports", "sight", "metrics", "profiles"},
    "demo": {"demo", "metrics.errors"},
    "profiles": {"metrics"},
}
ALSO = {"ui/installation.py": {"etl.config"}}  # the one place that reads where the desks' marts lie
MODULES = sorted(
    path for part in MAY_IMPORT for path in (ROOT / part).rglob("*.py") if "__pycache__" not in path.parts
)  # fmt: skip
PUBLIC = sorted([*MODULES, ROOT / "cli.py", *(ROOT / "launch").glob("*.py")])


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""] if not node.level else [path.parent.name]
        yield from (name for name in names if name.split(".")[0] in OURS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    allowed = MAY_IMPORT[path.relative_to(ROOT).parts[0]] | ALSO.get(name_of(path), set())
    assert [name for name in imports(path) if not {name, name.split(".")[0]} & allowed] == []


def test_only_the_command_line_imports_its_commands() -> None:
    files = [*ROOT.glob("*.py"), *(path for part in OURS for path in (ROOT / part).rglob("*.py"))]
    importing = [path for path in files if "commands" in {name.split(".")[0] for name in imports(path)}]
    assert {path.relative_to(ROOT).parts[0] for path in importing} == {"cli.py", "commands"}


_CLOCK_OR_FILES = {
    "now", "utcnow", "today", "time", "monotonic", "read_text", "read_bytes", "write_text", "write_bytes", "connect", "open",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted((ROOT / "metrics").glob("*.py")), ids=name_of)
def test_metrics_have_no_clock_and_no_input_or_output(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert calls & _CLOCK_OR_FILES == set()
    assert {name.split(".")[0] for name in _modules(tree)} & {
        "duckdb",
        "streamlit",
        "requests",
        "socket",
        "os",
    } == set()


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", PUBLIC, ids=name_of)
def test_what_is_public_says_what_it_does(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, "the module has no docstring"
    documented = (ast.FunctionDef, ast.ClassDef)
    inside = [n for c in tree.body if isinstance(c, ast.ClassDef) and not c.name.startswith("_") for n in c.body]
    bare = [
        node.name
        for node in [*tree.body, *inside]
        if isinstance(node, documented) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert bare == []


@pytest.mark.parametrize("metric", [*METRICS, COVERAGE], ids=lambda m: m.table)
def test_metric_sql_runs_elsewhere(metric: Metric) -> None:
    tree = sqlglot.parse_one(metric.sql, read="duckdb")
    found = {type(node).__name__ for node in tree.walk()}
    assert found & {"Lambda", "AsOf", "Pivot", "Unnest", "Struct", "List"} == set()
    assert "asof" not in metric.sql.lower()
    spark = sqlglot.transpile(metric.sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert sqlglot.parse_one(spark[0], read="spark")


@pytest.mark.parametrize("metric", [*METRICS, COVERAGE], ids=lambda m: m.table)
def test_a_metric_says_what_it_is(metric: Metric) -> None:
    assert metric.definition.endswith(".") and metric.grain and metric.rules
    schema = "mart." if metric.public else ""
    assert any(f"{kind} {schema}{metric.table} AS" in metric.sql for kind in ("TABLE", "VIEW"))

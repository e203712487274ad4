"""The sheet Definitions: what every figure of a workbook means, the rules behind it, and the choices that were taken."""

from collections.abc import Collection

from metrics.clock_words import clock_words
from metrics.definitions import themes
from metrics.goal import LAST_DAY
from metrics.names import in_words
from metrics.rule_ids import RULES
from reports.cells import Cell
from reports.page import Page
from reports.request import Report
from reports.sheets import Book
from reports.wording import working_duration


def write_definitions(report: Report, book: Book, views: Collection[str]) -> None:
    """The sheet Definitions, for these tables and views of the mart; goals and choices as the desk's profile has them."""
    page = book.page("Definitions", (28, 100, 26), title="Definitions", landscape=True,
                     subtitle=f"{about_choices(report.profile.document)} T is the as-of instant.")  # fmt: skip
    page.row(*(Cell(title, look="head") for title in ("What", "Definition", "Rules")))
    cited: set[str] = set()
    for theme in themes(report.profile):
        entries = [entry for entry in theme.entries if entry.name in views]
        if not entries and not theme.choices:
            continue
        page.group(theme.title)
        if theme.title == "Clocks" and entries:
            for what, told, rule in clock_words(report.profile):
                page.row(what, Cell(told, look="wrap"), rule)
        for entry in entries:
            cited.update(entry.rules)
            page.row(
                entry.name, Cell(_one_line(entry.definition), look="wrap"), Cell(", ".join(entry.rules), look="wrap")
            )
        for rule, text in theme.choices:
            page.row(f"Choice ({rule})", Cell(text, look="wrap"), rule)
    _goals(report, page)
    page.heading("Rules")
    for rule in sorted(cited & RULES.keys(), key=_in_order):
        page.row(rule, Cell(RULES[rule].title, look="wrap"))


def about_choices(document: str) -> str:
    """What a sheet says of the choices; `document`: the procedure that they fill, empty where a desk has none."""
    return f"{document}. Choices taken where it is silent are marked." if document else "Choices taken are marked."


def _goals(report: Report, page: Page) -> None:
    """The goals up to the as-of instant, if there are any, in the order in which they are tried: months before it were
    judged by those that were in force then."""
    rows = report.db.execute(
        f"""SELECT clock, concat_ws(' ', project, type, channel || ' channel', provider), goal_seconds, rule,
                   concat(', from ' || valid_from || ' on', ', before ' || valid_to)
            FROM goal_rule WHERE coalesce(valid_from <= {LAST_DAY}, true) ORDER BY clock, goal"""
    ).fetchall()
    if not rows:
        return
    page.heading("Goals: the first that fits, of those in force when the clock stopped, counts (AMP-G5)")
    for clock, whom, seconds, rule, when in rows:
        within = f"within {working_duration(seconds, report.profile)}" if seconds is not None else "no goal"
        page.row(in_words(clock).capitalize(), f"{whom or 'every ticket'}: {within}{when}", rule)


def _one_line(text: str) -> str:
    """A definition as a cell holds it: in one line, without the marks of Markdown."""
    return " ".join(text.replace("*Choice:*", "Choice:").split())


def _in_order(rule: str) -> tuple[str, int]:
    """F2 before F10."""
    letters = rule.rstrip("0123456789")
    return letters, int(rule[len(letters) :] or 0)

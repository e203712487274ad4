"""The monthly report of the desks beside DESP: the sheets that their profiles give them, by hand, September 2025.

The week is Monday 1 to Friday 5 September 2025; 09:00 to 17:00 in Amsterdam, where clocks read as in Rome.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from etl.records import stage_histories
from etl.store import Store
from etl.upsert import upsert
from profiles import load_profile
from reports.definitions_sheet import about_choices
from reports.monthly.figures import figures_of
from tests.cases import BEGIN, SEVEN, taken_up
from tests.command import arbiter, write_config
from tests.desks import jira_issue, store_of
from tests.naive.examples import change, comment, moves, rome
from tests.naive.history import Change, Comment, Ticket
from tests.office import recalculated
from tests.story import numbered

FRAME = ["Tickets", "Check", "Definitions"]
SHEETS = {
    "dmsu": ["Response", "Resolution", "ETA", "Lines", "Units", "Counts", "Flow"],
    "eosc-helpdesk": ["Response", "Resolution", "Human response", "Update", "Lines", "Units", "Major incidents", "Counts",
                      "Flow"],
    "eosc-orders": ["Response", "Resolution", "Lines", "Units", "Steps", "Counts", "Flow"],
    "eosc-hub": ["Response", "Resolution", "Satisfaction", "Lines", "Units", "Steps", "Counts", "Flow"],
    "egi-cases": ["Response", "Resolution", "ETA", "Stages", "Owners", "Flow", "Findings"],
}  # fmt: skip


def told(key: str, type_: str, created: str, *events: Change | Comment, **now: str | None) -> Ticket:
    """A ticket of rob, in the status that its last move leads to."""
    path = [e for e in events if isinstance(e, Change) and e.field == "status"]
    current = {"key": key, "type": type_, "reporter": "rob", "status": path[-1].to if path else None} | now
    changes, comments = (tuple(e for e in events if isinstance(e, kind)) for kind in (Change, Comment))
    return Ticket("jira/1", rome(created), current, changes, comments)  # type: ignore[arg-type]


def ggus(number: int, *events: Change, **now: str | None) -> Ticket:
    return told(f"GGUS-{number}", "Incident", "1 09:00", *events, **now)


# 1 goes TPM, DMSU at 10:00, dCache at 14:00. 2 is new until 13:00, DMSU solves it. 3 waits for DMSU for 9 NWH; its OLA is 4.
SECOND_LINE = (
    ggus(1, *moves("new", "1 09:30 assigned", "1 12:00 in progress", "2 11:00 solved"),
         change("1 10:00", "provider", "TPM", "DMSU"), change("1 14:00", "provider", "DMSU", "dCache"), provider="dCache"),
    ggus(2, *moves("new", "1 13:00 assigned", "1 16:00 solved"), provider="DMSU"),
    ggus(3, *moves("new", "1 10:00 assigned", "2 11:00 in progress"), provider="DMSU"),
)  # fmt: skip
# 1 is solved by the first line, 2 goes on to AAI, 3 is a major incident from Monday 16:00 to Tuesday 10:00.
HELPDESK = (
    told("HD-1", "Incident", "1 09:00", *moves("new", "1 10:00 open", "1 12:00 closed"), comment("1 10:30", "ann"),
         provider="First Line", came_by="chat"),
    told("HD-2", "Incident", "1 09:00", *moves("new", "1 10:00 open", "2 12:00 closed"), comment("1 11:00", "ann"),
         change("1 12:00", "provider", "First Line", "AAI"), provider="AAI", came_by="chat"),
    told("HD-3", "Major Incident", "1 16:00", *moves("new", "1 16:30 open", "2 10:00 closed"), comment("1 16:45", "ann"),
         provider="First Line", came_by="email", review="2025-09-05"),
)  # fmt: skip
# 1 is checked after 2 NWH, approved after 7 more, ready after 8 more; 2 is turned down; 3 waits; 4 is withdrawn.
ORDERS = (
    told("ORD-1", "Order", "1 09:00", *moves("submitted", "1 11:00 in validation", "1 15:00 with provider",
                                             "2 10:00 approved", "3 10:00 ready"), came_by="EOSC channel"),
    told("ORD-2", "Order", "1 09:00", *moves("submitted", "2 12:00 rejected"), came_by="open access"),
    told("ORD-3", "Order", "4 09:00", status="submitted", came_by="EOSC channel"),
    told("ORD-4", "Order", "1 09:00", *moves("submitted", "3 10:00 withdrawn"), came_by="EOSC channel"),
)  # fmt: skip
# Two changes, two problems of which one is known, an incident that Alpha takes up in time, two answers to the survey.
HUB = (
    told("CHM-1", "Standard Change", "1 09:00",
         *moves("Open", "1 10:00 In Assessment", "2 09:00 Approved", "3 09:00 Implemented"), risk="low"),
    told("CHM-2", "Emergency Change", "1 09:00", *moves("Open", "1 13:00 Rejected"), risk="high"),
    told("PM-3", "Problem", "1 09:00", status="Open", known_error="KE-1"),
    told("PM-4", "Problem", "1 09:00", status="Open"),
    told("ISM-5", "Incident", "1 09:00", *moves("Open", "1 10:00 Assigned", "1 12:00 In Progress", "1 15:00 Resolved"),
         provider="Alpha"),
    told("CSI-6", "Survey", "1 09:00", *moves("Open", "2 09:00 Closed"), change("1 10:00", "score", None, "5"), score="5",
         service="B2SAFE"),
    told("CSI-7", "Survey", "1 09:00", *moves("Open", "2 09:00 Closed"), change("1 10:00", "score", None, "2"), score="2",
         service="Monitoring"),
)  # fmt: skip
# Both miss their 40 NWH in IN PROGRESS, from Monday 1 September 10:00 to Monday 15: 1 with a champion, 2 with a provider.
DESP = tuple(
    told(key, "User Request", "1 09:00", *moves("OPEN", "1 09:00 TO DO", "1 10:00 IN PROGRESS", "15 09:00 DONE"))
    for key in ("DSD-1", "DSP-2")
)
TICKETS = {"desp": DESP, "dmsu": SECOND_LINE, "eosc-helpdesk": HELPDESK, "eosc-orders": ORDERS, "eosc-hub": HUB}
Reports = Callable[[str], Path]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """The report of a profile's desk, made once."""
    root = tmp_path_factory.mktemp("desks")

    @cache
    def made(profile: str) -> Path:
        config = write_config(root / profile, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"', profile)
        folder = root / profile / "data" / "desk"
        folder.mkdir(parents=True)
        if profile in TICKETS:
            store_of([jira_issue(ticket) for ticket in numbered(TICKETS[profile])], folder / "store.duckdb")
        else:
            _store_cases(folder / "store.duckdb")
        done = arbiter("report", "monthly", "2025-09", "--config", config, "--out", root / profile / "out")
        assert done.code == 0, done.err
        return Path(done.out.strip()).rename(root / f"{profile}.xlsx")

    return made


def _store_cases(path: Path) -> None:
    """The seven cases; the last one was new for two hours: the others, created open, were answered implied."""
    store = Store(path)
    assert stage_histories(store.db, "rt", [*SEVEN[:-1], taken_up(SEVEN[-1], 2)]) == []
    upsert(store.db, "rt", 1, BEGIN)
    store.close()


def table(book: Workbook, sheet: str, first: str, *, after: str = "") -> list[tuple[Any, ...]]:
    """The rows below the header that begins with `first`, the first one below a heading that begins with `after`."""
    rows = [tuple(cell.value for cell in row) for row in book[sheet].iter_rows()]
    begin = next(n for n, row in enumerate(rows) if str(row[0] or "").startswith(after))
    header = next(n for n, row in enumerate(rows[begin:], begin) if row[0] == first)
    width = next((n for n, title in enumerate(rows[header]) if title is None), len(rows[header]))
    end = next((n for n, row in enumerate(rows[header:], header) if row[0] is None), len(rows))
    return [row[:width] for row in rows[header + 1 : end]]


def summary(book: Workbook) -> list[tuple[str, Any]]:
    """The figures of the month, in their order."""
    return [(str(row[0].value).strip(), row[2].value) for row in book["Summary"].iter_rows(min_row=7) if row[0].value]


def drawn(book: Workbook, reference: str) -> list[Any]:
    """What stands in the cells that a chart's series is drawn from."""
    sheet, cells = reference.rsplit("!", 1)
    left, top, right, bottom = range_boundaries(cells)
    rows = book[sheet.strip("'")].iter_rows(top, bottom, left, right, values_only=True)
    return [value for row in rows for value in row if value is not None]


@pytest.mark.parametrize("profile", SHEETS)
def test_a_desk_has_the_sheets_that_its_profile_has_something_for(reports: Reports, profile: str) -> None:
    book = load_workbook(reports(profile), data_only=True)
    assert book.sheetnames == ["Cover", "Summary", *SHEETS[profile], *FRAME]
    named = {row[0].value for row in book["Cover"].iter_rows()}
    assert {"Summary", *SHEETS[profile], *FRAME} <= named


@pytest.mark.parametrize("profile", SHEETS)
def test_every_chart_has_something_to_draw(reports: Reports, profile: str) -> None:
    book = load_workbook(reports(profile), data_only=True)
    charts = [(sheet.title, chart) for sheet in book for chart in sheet._charts]
    assert {title for title, _ in charts} == {"Summary", *SHEETS[profile]}
    assert all(chart.y_axis.title.tx.rich.p[0].r[0].t for _, chart in charts)  # its unit
    empty = [title for title, chart in charts if not any(drawn(book, s.val.numRef.f) for s in chart.series)]
    assert empty == []


def test_misses_are_lost_in_a_status_and_with_somebody(reports: Reports) -> None:
    book = load_workbook(reports("desp"), data_only=True)
    lost = table(book, "Resolution", "Status", after="Where the missed ones lost their time")
    assert lost == [("IN PROGRESS (champion)", 1, 79, 79 / 80), ("IN PROGRESS (provider)", 1, 79, 79 / 80)]
    [chart] = [c for c in book["Resolution"]._charts if "most time" in c.title.tx.rich.p[0].r[0].t]
    assert drawn(book, chart.series[0].val.numRef.f) == [1, 1]


def test_without_goals_there_are_times_and_no_shares_lights_or_misses(reports: Reports) -> None:
    book = load_workbook(reports("dmsu"), data_only=True)
    said = {
        cell.value for name in ("Summary", "Response", "Resolution") for row in book[name].iter_rows() for cell in row
    }
    assert not said & {"Judged", "Met", "Missed", "Share met", "Share that met the goal"}
    assert not [text for text in said if str(text).startswith("Light by the goal")]
    assert table(book, "Resolution", "Month")[-1][1:] == (
        2,
        7,
        10,
    )  # timed, median, 90th percentile: 2 took 7, 1 took 10
    assert [row[0] for row in table(book, "Resolution", "Key")] == ["GGUS-1", "GGUS-2"]


def test_libreoffice_computes_what_we_measured_of_other_desks(reports: Reports, tmp_path: Path) -> None:
    books = {profile: reports(profile) for profile in SHEETS}
    computed = recalculated(list(books.values()), tmp_path)
    for profile, path in books.items():
        again = load_workbook(computed[path.name], data_only=True)
        checks = [row for row in again["Check"].iter_rows(min_row=7, values_only=True) if row[0]]
        assert len(checks) == 3 * len(figures_of(load_profile(profile)))
        assert [row for row in checks if row[5] != "yes"] == []
        assert again["Check"]["B4"].value == "yes"


@pytest.mark.rule("DMSU-M1", "DMSU-M2", "DMSU-M4", "DMSU-M5")
def test_lines(reports: Reports) -> None:
    """The second line gets all three: one passed on after 4 NWH, one solved after 3, one is still there."""
    book = load_workbook(reports("dmsu"), data_only=True)
    second = table(book, "Lines", "Line")[1]
    assert second[:7] == ("second line", 3, 2, 1, 0, 1, 0.5) and second[9:] == (3, 3, 4)
    month = table(book, "Lines", "Month", after="By month")[-1]
    assert month[1:4] == (3, 3, 1) and month[4:7] == (0, 1, 1)  # came, resolved: first, second, third line
    assert ("Share solved at the first line", 0) in summary(book)


@pytest.mark.rule("DMSU-M3", "OPS-M1", "OPS-M2")
def test_units_against_their_agreements(reports: Reports) -> None:
    """DMSU responds after 2, 3 and 9 NWH, within 4 by its OLA."""
    book = load_workbook(reports("dmsu"), data_only=True)
    dmsu = next(row for row in table(book, "Units", "Unit") if row[:2] == ("DMSU", "second line"))
    assert dmsu[2:6] == (3, 3, 0, 0)
    assert dmsu[6:12] == (pytest.approx(14 / 3), 3, 9, 4, 3, 1) and dmsu[12] == pytest.approx(2 / 3)
    [violation] = table(book, "Units", "Key")
    assert violation[:9] == (
        "GGUS-3",
        "second line",
        "DMSU",
        datetime(2025, 9, 1, 10),
        datetime(2025, 9, 2, 11),
        9,
        4,
        5,
        "missed",
    )


@pytest.mark.rule("HD-M1", "HD-M3", "HD-M5")
def test_a_helpdesk(reports: Reports) -> None:
    """Two of three solved at L1; chat twice; the major incident took 18 hours, 2 of them working time."""
    book = load_workbook(reports("eosc-helpdesk"), data_only=True)
    figures = summary(book)
    assert ("Share solved at the first line", pytest.approx(2 / 3)) in figures and ("Restored", 1) in figures
    channels = table(book, "Counts", "Channel")
    assert channels == [("chat", 2, 2, 0, 0, 2, 2, 1), ("email", 1, 1, 0, 0, 1, 1, 1)]
    assert table(book, "Major incidents", "Month")[-1][1:] == (1, 1, 18, 18, 1)
    [incident] = table(book, "Major incidents", "Key")
    came, restored = datetime(2025, 9, 1, 16), datetime(2025, 9, 2, 10)
    assert incident[:7] == ("HD-3", came, restored, 18, 2, "yes", "2025-09-05")


@pytest.mark.rule("HD-M4")
def test_orders_step_by_step(reports: Reports) -> None:
    book = load_workbook(reports("eosc-orders"), data_only=True)
    steps = {row[0]: row[4:] for row in table(book, "Steps", "Step")}  # ended, median, p90, begun, gone without
    assert steps == {
        "Order to check": (2, 2, 11, 1, 1),
        "Check to decision": (1, 7, 7, 0, 0),
        "Decision to delivery": (1, 8, 8, 0, 0),
    }
    ended = table(book, "Steps", "Month", after="Order to check: in which")
    assert ended[-1][1:] == (1, 1)  # in validation, rejected
    by_channel = [
        row for row in table(book, "Steps", "Step", after="By what") if row[:2] == ("Order to check", "Order Channel")
    ]
    assert [row[2:] for row in by_channel] == [
        ("EOSC channel", "in validation", 1, 2, 2, 1, 2),
        ("open access", "rejected", 1, 11, 11, 1, 11),
    ]
    titles = [row[0] for row in summary(book)]
    assert titles.count("Ended") == 3 and "Step: check to decision" in titles


@pytest.mark.rule("OPS-M3", "OPS-M4", "OPS-M5")
def test_changes_problems_and_surveys(reports: Reports) -> None:
    book = load_workbook(reports("eosc-hub"), data_only=True)
    by_type = [row for row in table(book, "Steps", "Step", after="By what") if row[1] in ("type", "Risk")]
    assert [row[:6] for row in by_type] == [
        ("Request to decision", "Risk", "high", "Rejected", 1, 4),
        ("Request to decision", "Risk", "low", "Approved", 1, 8),
        ("Request to decision", "type", "Emergency Change", "Rejected", 1, 4),
        ("Request to decision", "type", "Standard Change", "Approved", 1, 8),
        ("Lead time", "Risk", "low", "Implemented", 1, 16),
        ("Lead time", "type", "Standard Change", "Implemented", 1, 16),
    ]
    known = table(book, "Counts", "Known Error")
    assert [row[:3] for row in known] == [("(none)", "PM", 1), ("KE-1", "PM", 1)]
    assert table(book, "Satisfaction", "Service") == [("Monitoring", 1, 2, 2, 1, 2, 2), ("B2SAFE", 1, 5, 5, 1, 5, 5)]


@pytest.mark.rule("RT-M1", "RT-M2", "RT-M3", "RT-M4")
def test_cases_by_stage_and_owner(reports: Reports) -> None:
    """The seven cases of tests/cases.py: none moved after day 10, so that all open ones are silent."""
    book = load_workbook(reports("egi-cases"), data_only=True)
    first, second = table(book, "Stages", "Stage")[:2]
    assert first[:6] == ("Pre-assessment", 6, 5, 0, 1, pytest.approx(5 / 6)) and first[8:] == (1, 4, 2, 6)
    assert second[:5] == ("Assessed", 5, 2, 2, 1)
    assert [row[1] for row in table(book, "Stages", "Tickets")] == [
        1,
        3,
        2,
        1,
    ]  # arrived, on their way, dropped, without
    assert table(book, "Stages", "Month")[-1][1:] == (5, 3, 1, 0, 0, 1, 1, 0)
    assert table(book, "Stages", "Scientific discipline")[0] == ("(none)", 5, 0, 2, 2, 1)
    assert len(table(book, "Stages", "Key")) == 11
    assert table(book, "Owners", "Owner")[0] == ("bob", 6, 6, 0, 0)
    assert len(table(book, "Owners", "Owner", after="Whom to remind")) == 6


@pytest.mark.rule("AMP-G5")
def test_the_goals_stand_in_the_order_in_which_they_are_tried(tmp_path: Path) -> None:
    """The first that fits counts: the longer goal of DSP before the shorter ones of all."""
    config = write_config(tmp_path, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"', "rules.toml")
    first = '[[goal]]\nclock = "resolution"\nrule = "AMP-G3"\n'
    longer = '[[goal]]\nclock = "resolution"\nrule = "AMP-G2"\nproject = "DSP"\nwithin = "10 NWD"\n\n'
    text = (Path(__file__).parent.parent / "profiles" / "desp.toml").read_text(encoding="utf-8")
    (tmp_path / "rules.toml").write_text(text.replace(first, longer + first), encoding="utf-8")
    (tmp_path / "data" / "desk").mkdir(parents=True)
    store_of([jira_issue(ticket) for ticket in DESP], tmp_path / "data" / "desk" / "store.duckdb")
    done = arbiter("report", "monthly", "2025-09", "--config", config)
    assert done.code == 0, done.err
    rows = load_workbook(Path(done.out.strip()))["Definitions"].iter_rows(values_only=True)
    assert [told for what, told, *_ in rows if what == "Resolution" and "within" in told] == [
        "DSP: within 10 NWD", "priority channel: within 2 NWD 4 NWH", "User Request: within 5 NWD",
    ]  # fmt: skip


@pytest.mark.rule("AMP-S3")
def test_closed_against_received_of_each_project(tmp_path: Path) -> None:
    """DSD-1 was closed in September and opened again: closed once as it happened, and not for good."""
    config = write_config(tmp_path, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"')
    desk = (
        told("DSD-1", "Anomaly", "2025-08-28 09:00", *moves("OPEN", "2 10:00 CLOSED", "3 10:00 TO DO")),
        told("DSD-2", "Anomaly", "1 09:00", *moves("OPEN", "4 09:00 DONE", "4 10:00 CLOSED")),
        told(
            "DSP-3", "Anomaly", "2025-08-01 09:00", *moves("OPEN", "2025-08-05 09:00 DONE", "2025-08-05 10:00 CLOSED")
        ),
    )
    (tmp_path / "data" / "desk").mkdir(parents=True)
    store_of([jira_issue(ticket) for ticket in numbered(desk)], tmp_path / "data" / "desk" / "store.duckdb")
    done = arbiter("report", "monthly", "2025-09", "--config", config)
    assert done.code == 0, done.err
    columns = {
        "Received": (1, 0), "Resolved": (2, 0), "Reopened": (1, 0), "Closed": (2, 0), "Closed for good": (1, 0),
        "Not closed": (1, 0), "Not resolved": (1, 0), "Received since the start": (2, 1), "Closed since the start": (1, 1),
    }  # fmt: skip
    found = table(load_workbook(Path(done.out.strip())), "Flow", "Project")
    assert found == [(name, *(of[n] for of in columns.values())) for n, name in enumerate(("DSD", "DSP"))]


@pytest.mark.rule("AMP-G5")
def test_the_definitions_have_every_goal_that_a_month_was_judged_by(tmp_path: Path) -> None:
    """Not the one that is to come; and no mark of Markdown stands in a cell."""
    config = write_config(tmp_path, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"', "rules.toml")
    goal = '[[goal]]\nclock = "resolution"\nrule = "AMP-G2"\ntype = "User Request"\n'
    earlier = f'{goal}valid_to = 2025-06-15\nwithin = "8 NWD"\n\n'
    later = f'{goal}valid_from = 2025-12-01\nwithin = "4 NWD"\n\n'
    text = (Path(__file__).parent.parent / "profiles" / "desp.toml").read_text(encoding="utf-8")
    limited = f"{later}{earlier}{goal}valid_from = 2025-06-15\nvalid_to = 2025-12-01\n"
    (tmp_path / "rules.toml").write_text(text.replace(goal, limited), encoding="utf-8")
    (tmp_path / "data" / "desk").mkdir(parents=True)
    store_of([jira_issue(ticket) for ticket in DESP], tmp_path / "data" / "desk" / "store.duckdb")
    done = arbiter("report", "monthly", "2025-09", "--config", config)
    assert done.code == 0, done.err
    rows = list(load_workbook(Path(done.out.strip()))["Definitions"].iter_rows(values_only=True))
    assert [told for what, told, *_ in rows if what == "Resolution" and "within" in told] == [
        "priority channel: within 2 NWD 4 NWH", "User Request: within 8 NWD, before 2025-06-15",
        "User Request: within 5 NWD, from 2025-06-15 on, before 2025-12-01",
    ]  # fmt: skip
    assert any("Choice: " in str(cell) for row in rows for cell in row)
    assert [cell for row in rows for cell in row if "*" in str(cell)] == []


@pytest.mark.rule("AMP-G5")
def test_a_clock_stands_in_the_row_of_what_its_ticket_is_and_the_sheet_says_so(tmp_path: Path) -> None:
    """A User Request that missed its goal is an Anomaly since, which has none: it is judged, in the row of anomalies."""
    config = write_config(tmp_path, 'name = "jira"\nkind = "jira-files"\npath = "none.jsonl"', "desp")
    folder = tmp_path / "data" / "desk"
    folder.mkdir(parents=True)
    path = moves("OPEN", "1 09:00 TO DO", "1 10:00 IN PROGRESS", "15 09:00 DONE")
    ticket = told("DSD-1", "Anomaly", "1 09:00", *path, change("16 09:00", "type", "User Request", "Anomaly"))
    other = told("DSD-2", "User Request", "1 09:00", *moves("OPEN", "1 09:00 TO DO", "1 10:00 DONE"))
    store_of([jira_issue(one) for one in numbered((ticket, other))], folder / "store.duckdb")
    done = arbiter("report", "monthly", "2025-09", "--config", config)
    assert done.code == 0, done.err
    book = load_workbook(Path(done.out.strip()))
    assert [row[:4] for row in table(book, "Resolution", "Type", after="By type")] == [
        ("Anomaly", 1, 0, 1), ("User Request", 1, 1, 0)
    ]  # fmt: skip
    assert "goal for what the ticket was then (AMP-G5), in the rows of what it is at the as-of instant" in str(
        book["Resolution"]["A2"].value
    )


@pytest.mark.rule("1.5")
def test_the_definitions_say_what_each_clock_of_the_desk_measures(reports: Reports) -> None:
    """In the statuses of its profile."""

    def told(profile: str) -> dict[str, str]:
        rows = load_workbook(reports(profile))["Definitions"].iter_rows(values_only=True)
        return {str(what): str(text) for what, text, *_ in rows}

    desp, dmsu = told("desp"), told("dmsu")
    assert desp["Time to first response"] == (
        "From creation to the first move out of OPEN. Implied, neither judged nor timed, unless that move goes to RECEIVED. "
        "Projects: DSD, DSP, DC, DSEC."
    )
    assert desp["Time to resolution"] == (
        "From the first entry into TO DO, DELEGATED or IN PROGRESS (if DONE or CLOSED comes first: the first RECEIVED before "
        "it, else creation) to the final entry into DONE, or into CLOSED without it. Paused in ON GOING. A stay in DONE or "
        "CLOSED that ends in a reopening is a pause. Projects: DSD, DSP, DSEC."
    )
    assert (
        desp["Time to closure"]
        .split(" to the ")[1]
        .startswith("start of the stay in CLOSED that stands. Paused in ON G")
    )
    assert dmsu["Time to resolution"].startswith(
        "From creation to the final entry into solved or unsolved, or into verified"
    )
    assert "Time to closure" not in dmsu


def test_a_desk_without_a_document_cites_none() -> None:
    assert about_choices("") == "Choices taken are marked."
    assert about_choices("Procedures v1.6") == "Procedures v1.6. Choices taken where it is silent are marked."

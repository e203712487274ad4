"""`arbiter report diff`: a frozen report beside today's recomputation as of the same T, each change with its cause.

What is compared is what the two workbooks show, cell by cell. The cause is found by recomputing, one thing at a time: the
frozen mart with the tickets whose history was corrected, then without those that were deleted, then with what came late,
then with today's calendar, then with today's rules, then with what people wrote since; what moves in a step has that cause.
A mart made from what was known when the report was frozen tells corrections (it is not what was archived) from what came
late (it is).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isclose
from pathlib import Path
from typing import Any

import duckdb

from metrics.profile import Profile
from reports.archive import Entry
from reports.evidence import Facts, Told, dimensions_of, facts_of, facts_read, read_by_summary, span_of, titles_of, told
from reports.kinds import kind_of
from reports.made_by import made_by
from reports.merging import differing, known_to, merged
from reports.read_back import KEYS, LISTED, Figures, Place, Workbook, read_workbook
from reports.request import Count, Publish, ReportRequest, reading
from sight.keys import RESTRICTED

CORRECTED, LATE, DELETED = "corrected history", "late data", "deleted ticket"
CALENDAR, RULE = "changed calendar", "changed rule"
PROGRAM, RESTRICTED_SINCE = "other version of Arbiter", "restricted since"
WRITTEN = "what people wrote"
DATA = "not about one ticket"
COMPARED = ("monthly", "quarterly")  # the kinds that have figures, in a workbook
CAUSES = (
    PROGRAM,
    RESTRICTED_SINCE,
    CORRECTED,
    DELETED,
    LATE,
    DATA,
    CALENDAR,
    RULE,
    WRITTEN,
)  # in the order of the steps
_WORKBOOK = ".xlsx"


@dataclass(frozen=True)
class Step:
    """One step of the way to a changed figure: by which cause, from what to what it moved, the tickets behind it."""

    cause: str
    before: Any
    after: Any
    tickets: list[Told]


@dataclass(frozen=True)
class Change:
    """A figure that is not what it was: where it stands, its unit, frozen and now, step by step."""

    place: Place
    unit: str
    frozen: Any
    now: Any
    steps: list[Step]


@dataclass(frozen=True)
class Restatement:
    """What became of a frozen report: the changed figures, sheet by sheet, rows with most tickets behind them first; keys of
    tickets that were deleted since, which as of T were there and still count; and what else a reader has to know."""

    entry: Entry
    changes: list[Change]
    deleted: list[str]
    notes: list[str]


@dataclass(frozen=True)
class _State:
    """The desk as of T by some knowledge and rules: its mart and profile, what its workbook shows, what led here, and the
    ids of the tickets that moved on the way (None: to be found out)."""

    mart: Path
    profile: Profile
    shows: Workbook
    cause: str
    moved: Collection[str] | None


@dataclass(frozen=True)
class _Desk:
    """Whose report it is, what publishes its marts, and a folder for those on the way and for their workbooks."""

    request: ReportRequest
    publish: Publish
    folder: Path
    count: Count

    def mart(self, name: str, entry: Entry, profile: Profile, as_known: bool = False) -> Path:
        """A mart as of the T of the entry; `as_known`: from what was known when it was frozen."""
        mart = self.folder / f"{name}.duckdb"
        self.publish(entry.as_of, mart, profile=profile, known_at=entry.known_at if as_known else None)
        return mart

    def state(self, mart: Path, profile: Profile, cause: str, moved: Collection[str] | None = None) -> _State:
        """The state that the mart holds, with what the report that is made from it shows."""
        place = self.folder / "workbook"
        place.mkdir(exist_ok=True)
        with reading(replace(self.request, profile=profile), mart, self.count) as report:
            files = kind_of(self.request.kind).write(report, place)
        return _State(mart, profile, _shown_in(files), cause, moved)

    def facts(self, state: _State, ids: Collection[str]) -> dict[str, Facts]:
        """What the mart says of these tickets, as its reader may see them."""
        with reading(replace(self.request, profile=state.profile), state.mart, self.count) as report:
            return facts_of(report.db, state.profile, ids)


def restate(request: ReportRequest, entry: Entry, publish: Publish, folder: Path, count: Count) -> Restatement:
    """Compares the frozen report `entry` with what the desk `request` is of would say today. `folder` is for marts on
    the way. Raises ArbiterError when what was archived is damaged, or cannot be read any more."""
    asked = entry.request(request, folder)
    desk, then = _Desk(asked, publish, folder, count), asked.profile
    sent = _shown_in(entry.files)
    again = desk.mart("again", entry, then, as_known=True)
    version = _version(again)
    same = version == entry.manifest["code_version"]
    states = [
        _State(entry.mart, then, sent, "", ()),
        desk.state(entry.mart, then, RESTRICTED_SINCE if same else PROGRAM, ()),
        *_data_states(desk, entry, then, again),
        *_rule_states(desk, entry, then, request.profile),
    ]
    if kind_of(asked.kind).reads_board:
        today = replace(desk, request=replace(asked, written=None))
        states.append(today.state(states[-1].mart, request.profile, WRITTEN, ()))
    sheets = [state.shows.sheets for state in (states[0], states[-1])]
    notes = _notes(entry, version, *sheets)
    changes = _changes(desk, states, [sheet for sheet in sheets[1] if sheet in sheets[0]])
    return Restatement(entry, changes, _deleted(desk, states[-1]), notes)


def _shown_in(files: list[Path]) -> Workbook:
    """What the workbook among the files shows."""
    return read_workbook(next(file for file in files if file.suffix == _WORKBOOK))


def _data_states(desk: _Desk, entry: Entry, then: Profile, again: Path) -> Iterator[_State]:
    """From the frozen mart to all that is known now, a cause at a time. A ticket that was corrected is not what it was also
    when it is made anew from what was known then."""
    data = desk.mart("data", entry, then)
    moved = differing(entry.mart, data)
    gone = moved - known_to(data)
    corrected = (moved & differing(entry.mart, again)) - gone
    causes = [(CORRECTED, corrected), (DELETED, gone), (LATE, moved - gone - corrected)]
    present = [(cause, ids) for cause, ids in causes if ids] or [(DATA, moved)]
    before = entry.mart
    for number, (cause, ids) in enumerate(present, 1):
        mart = data if number == len(present) else desk.folder / f"data-{number}.duckdb"
        if mart != data:
            merged(before, data, ids, mart)
        yield desk.state(mart, then, cause, ids)
        before = mart


def _rule_states(desk: _Desk, entry: Entry, then: Profile, now: Profile) -> Iterator[_State]:
    """From the rules of then to those of today: the calendars first, those of groups too."""
    moved = then.model_copy(update={"calendar": now.calendar, "hours": now.hours, "group": now.group})
    if moved != then:
        yield desk.state(desk.mart("calendar", entry, moved), moved, CALENDAR)
    if now != moved:
        yield desk.state(desk.mart("rules", entry, now), now, RULE)


def _changes(desk: _Desk, states: list[_State], sheets: list[str]) -> list[Change]:
    """The figures of these sheets that moved on the way, each with its steps."""
    steps: dict[Place, list[Step]] = {}
    for before, after in pairwise(states):
        places = _moved(before.shows.figures, after.shows.figures, sheets)
        for place, tickets in _behind(desk, before, after, places):
            steps.setdefault(place, []).append(
                Step(after.cause, _value(before.shows.figures, place), _value(after.shows.figures, place), tickets)
            )
    first, last = states[0].shows.figures, states[-1].shows.figures
    units = {place: shown.unit for state in states for place, shown in state.shows.figures.items() if shown.unit}
    changes = [
        Change(place, units.get(place, ""), _value(first, place), _value(last, place), found)
        for place, found in steps.items()
    ]
    stood = list(dict.fromkeys(place for state in states for place in state.shows.figures))
    as_read = [place for place, found in steps.items() if place.key and found[0].cause in (PROGRAM, RESTRICTED_SINCE)]
    hidden = _hidden_by_now(desk, states[0].mart, as_read) if as_read else frozenset[Place]()
    return [_without_key(change) if change.place in hidden else change for change in _sorted(changes, sheets, stood)]


def _hidden_by_now(desk: _Desk, frozen: Path, places: Sequence[Place]) -> frozenset[Place]:
    """Those of the places whose ticket in the frozen mart the reader may see no more."""
    keys = sorted({place.key for place in places if place.key})
    with reading(desk.request, frozen, desk.count) as report:
        rows = report.db.execute("SELECT key FROM ticket WHERE key IN (SELECT unnest(?))", [keys]).fetchall()
    shown = {key for (key,) in rows}
    return frozenset(place for place in places if place.key not in shown)


def _without_key(change: Change) -> Change:
    """The change, without the key of its ticket."""
    labels = tuple((title, RESTRICTED if title in KEYS else value) for title, value in change.place.labels)
    return replace(change, place=replace(change.place, labels=labels))


def _moved(before: Figures, after: Figures, sheets: list[str]) -> list[Place]:
    """The figures that differ; of a row that came to a list of tickets, or left it, just that."""
    differ = [
        place
        for place in dict.fromkeys((*before, *after))
        if place.sheet in sheets and _differ(_value(before, place), _value(after, place))
    ]
    came_or_left = {place.row for place in differ if LISTED in (_value(before, place), _value(after, place))}
    return [place for place in differ if place.row not in came_or_left or not place.column]


def _value(figures: Figures, place: Place) -> Any:
    return figures[place].value if place in figures else None


def _differ(was: Any, now: Any) -> bool:
    """Whether a figure moved: not by the last digits of a sum that was added in another order."""
    if isinstance(was, float) and isinstance(now, int | float):
        return not isclose(was, now, rel_tol=1e-9)
    return bool(was != now)


def _behind(
    desk: _Desk, before: _State, after: _State, places: list[Place]
) -> Iterator[tuple[Place, list[Told]]]:  # fmt: skip
    """Each of the figures with the tickets that moved it on the way from one state to the next."""
    ids = differing(before.mart, after.mart) if places and after.moved is None else after.moved
    was, now = (desk.facts(state, ids) if places and ids else {} for state in (before, after))
    pairs = [(was.get(id_, {}), now.get(id_, {})) for id_ in ids or () if id_ in was or id_ in now]
    differ = [pair for pair in pairs if pair[0] != pair[1]]
    by_key: dict[str, list[tuple[Facts, Facts]]] = {}
    for pair in pairs:
        for key in {facts["key"] for facts in pair if facts}:
            by_key.setdefault(key, []).append(pair)
    summary = read_by_summary(before.profile) | read_by_summary(after.profile)
    titles = titles_of(before.profile) | titles_of(after.profile)
    alike: dict[Any, list[Told]] = {}  # figures that read the same of the same rows and months have the same tickets
    for place in places:
        reads, dimensions = facts_read(place, summary), dimensions_of(place, titles)
        same = (reads, tuple(dimensions.items()), span_of(place), place.key)
        if same not in alike:
            among = differ if place.key is None else by_key.get(place.key, [])
            found = [one for pair in among if (one := told(place, reads, dimensions, *pair))]
            alike[same] = sorted(found, key=lambda one: in_order(one.key))
        yield place, alike[same]


def in_order(key: str) -> tuple[str, int, str]:
    """By project, DSD-9 before DSD-10."""
    return key.partition("-")[0], len(key), key


def _sorted(changes: list[Change], sheets: list[str], places: list[Place]) -> list[Change]:
    """Sheet by sheet; in a sheet the rows with most tickets behind them first, else as they stand."""
    behind: dict[Any, set[str]] = {}
    for change in changes:
        keys = (one.key for step in change.steps for one in step.tickets)
        behind.setdefault(change.place.row, set()).update(keys)
    stands = {place: number for number, place in enumerate(places)}
    rows = {place.row: stands[place] for place in reversed(places)}
    return sorted(
        changes,
        key=lambda change: (
            sheets.index(change.place.sheet), -len(behind[change.place.row]), rows[change.place.row], stands[change.place],
        ),
    )  # fmt: skip


def _deleted(desk: _Desk, last: _State) -> list[str]:
    """Keys of tickets of the report that the desk has no more: the published mart does not know them."""
    if desk.request.now is None:
        return []
    gone = known_to(last.mart) - known_to(desk.request.now)
    return sorted((facts["key"] for facts in desk.facts(last, gone).values()), key=in_order) if gone else []


def _notes(entry: Entry, version: str, sent: Collection[str], now: Collection[str]) -> list[str]:
    """What else a reader has to know. `version` is this program's; `sent` and `now`: the sheets of the two workbooks."""
    notes: list[str] = []
    if version != entry.manifest["code_version"]:
        then = entry.manifest["code_version"]
        notes.append(
            f"It was made by Arbiter {then}, this is {version}: what that changes stands under {PROGRAM} and {CORRECTED}."
        )
    notes += [f"The sheet {sheet} is new: the frozen report did not have it." for sheet in now if sheet not in sent]
    notes += [f"The sheet {sheet} was in the frozen report and is not made now." for sheet in sent if sheet not in now]
    return notes


def _version(mart: Path) -> str:
    with duckdb.connect(str(mart), read_only=True) as db:
        return made_by(db)

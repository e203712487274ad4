"""Walks over a Jira search, oldest update first, that neither hang nor trust a server which repeats or loses a page.

An index that changes under paging can still hide an issue from a walk; the source's `headers` finds it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

_REMEMBERED = 20_000  # issues: repetitions come soon or not at all, and memory must not grow with the desk
_IDLE = 5  # pages or starts in a row that bring nothing new
_EMPTY = 100  # pages in a row, each with another token
_TAIL = 5  # issues: one that moves while its page is written shows a later time than the one it was sorted by

_STUCK = "the search repeats itself or breaks off; what it hides is looked for by comparing ids"


class Identified(msgspec.Struct):
    """Anything with an id."""

    id: str


class Histories(msgspec.Struct):
    """The changelog inside an issue: what came, and how many entries there are."""

    histories: list[Identified] = []
    total: int | None = None


class Comments(msgspec.Struct):
    """The comments inside an issue: what came, and how many there are."""

    comments: list[Identified] = []
    total: int | None = None


class HeadFields(msgspec.Struct):
    """Of an issue's fields what a walk and a completion have to know."""

    updated: str | None = None
    created: str | None = None
    comment: Comments | None = None


class Head(msgspec.Struct):
    """Of an issue what a walk and a completion have to know."""

    id: str
    key: str
    fields: HeadFields = msgspec.field(default_factory=HeadFields)
    changelog: Histories | None = None


@dataclass(frozen=True)
class Found:
    """An issue as a search found it: its head, and its JSON as it came."""

    head: Head
    text: bytes

    @property
    def id(self) -> str:
        """The immutable id."""
        return self.head.id


_HEAD = msgspec.json.Decoder(Head)


def read(text: bytes) -> Found:
    """An issue from its JSON; raises what is `UNREADABLE`."""
    return Found(_HEAD.decode(text), text)


@dataclass(frozen=True)
class Page:
    """A search page. `size`: as many issues as a full page has. `last`: whether it says that it is the last."""

    found: list[Found]
    size: int
    token: str | None = None
    last: bool | None = None
    total: int | None = None

    @property
    def ids(self) -> set[str]:
        """The ids of its issues."""
        return {issue.id for issue in self.found}


class _Recent:
    """The last issues that were handed out, each with the `updated` it had."""

    def __init__(self) -> None:
        self._updated: OrderedDict[str, str | None] = OrderedDict()

    def knows(self, issue: Found) -> bool:
        """Whether the issue was handed out as it is."""
        return issue.id in self._updated and self._updated[issue.id] == issue.head.fields.updated

    def take(self, page: Page) -> tuple[list[Found], bool]:
        """The issues not yet handed out as they are, and whether one of them was not handed out at all."""
        fresh = [issue for issue in page.found if not self.knows(issue)]
        unknown = any(issue.id not in self._updated for issue in fresh)
        for issue in fresh:
            self._updated[issue.id] = issue.head.fields.updated
            self._updated.move_to_end(issue.id)
        while len(self._updated) > _REMEMBERED:
            self._updated.popitem(last=False)
        return fresh, unknown


def by_offset(search: Callable[[int, int], Page], since_ms: int, say: Callable[[str], None]) -> Iterator[list[Found]]:
    """The issues of a search that counts positions (Data Center); `search(since_ms, position)` asks for one page.

    Each page is asked from the last issue of the page before on. Where the page does not begin with an issue that is
    known as it is, the order has moved under the walk, or it is not the page that was asked for: the walk drops it and
    steps back until it stands on known ground. A total alone ends nothing, since it may be wrong.
    """
    recent, position, back, idle = _Recent(), 0, 0, 0
    while idle < _IDLE:
        page, issues = search(since_ms, position), list[Found]()
        if position == 0 or (page.found and recent.knows(page.found[0])):
            issues, _ = recent.take(page)
            if issues:
                yield issues
            if _is_end(page, position):
                return
            position, back = position + max(len(page.found) - 1, 0), 0
        else:
            back = back * 2 or max(page.size // 2, 1)
            position = max(position - back, 0)
        idle = 0 if issues else idle + 1
    say(_STUCK)


def _is_end(page: Page, position: int) -> bool:
    """Whether nothing follows: by the total, and by a page that is not full or brings no more than the known issue."""
    more = page.total is not None and position + len(page.found) < page.total
    only_known = len(page.found) <= (1 if position else 0)
    return not more and (only_known or (page.total is not None and len(page.found) < page.size))


def by_token(
    search: Callable[[int, str | None], Page], since_ms: int, say: Callable[[str], None]
) -> Iterator[list[Found]]:
    """The issues of a search that hands out tokens (Cloud); `search(since_ms, token)` asks for one page.

    A repeated token or page, an empty page and an end that was not announced make the search start anew from the last
    update seen, and once more from where it started if it saw none; what is odd again in the same place is passed over.
    The walk ends at a last page that says so, or when starting anew leads no further.
    """
    recent, start, tried, idle = _Recent(), since_ms, False, 0
    while True:
        chain, cursor, any_unknown = _Chain(search, start), start, False
        for page in chain.pages():
            issues, unknown = recent.take(page)
            any_unknown |= unknown
            if issues:
                yield issues
            cursor = max(cursor, _safe_cursor(page, start))
            if chain.odd and (cursor > start or not tried):
                break
        if chain.whole:
            return
        idle = 0 if any_unknown else idle + 1
        stuck = cursor == start
        if (stuck and not chain.odd) or idle >= _IDLE:
            if chain.odd:
                say(_STUCK)
            return
        start, tried = cursor, stuck


class _Chain:
    """The pages of one start of a search. Of the page just given: `odd`: looks wrong, `whole`: says it is the last."""

    def __init__(self, search: Callable[[int, str | None], Page], start: int) -> None:
        self._search, self._start = search, start
        self.odd = self.whole = False

    def pages(self) -> Iterator[Page]:
        """The pages, until there is no token that leads on."""
        token: str | None = None
        used: set[str | None] = {None}
        before: set[str] = set()
        empty = 0
        while empty < _EMPTY:
            page = self._search(self._start, token)
            used.add(token)
            repeated = page.token is not None and page.token in used
            hollow = not page.found and bool(token or page.token)
            broken_off = page.token is None and page.last is False
            self.odd = repeated or hollow or broken_off or bool(page.found and page.ids <= before)
            self.whole = page.token is None and page.last is True and not self.odd
            yield page
            if page.token is None or repeated:
                return
            token, before, empty = page.token, page.ids, 0 if page.found else empty + 1


def _safe_cursor(page: Page, otherwise: int) -> int:
    """Epoch ms up to which a page leaves nothing behind: the oldest of its last updates, down to the whole second
    (some indexes hold no finer one)."""
    tail = page.found[-min(_TAIL, (len(page.found) + 1) // 2) :]
    times = [at for issue in tail if (at := to_seconds(issue.head.fields.updated)) is not None]
    return min(times, default=otherwise // 1000) * 1000


def to_seconds(time: str | None) -> int | None:
    """Whole seconds since the epoch of a Jira timestamp, None if it is none.

    >>> to_seconds("1970-01-01T01:00:02.900+0100")
    2
    """
    try:
        return int(datetime.fromisoformat(time or "").timestamp() // 1)
    except ValueError:
        return None

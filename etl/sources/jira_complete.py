"""Completes issues whose changelog or comments Jira cut short; calls cost something only where something is missing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from etl.http import JsonClient, SourceError
from etl.sources.jira_walk import Found, Identified, read, to_seconds

Json = dict[str, Any]
_PAGE = 100
_BULK_ISSUES = 500
_BULK_ENTRIES = 1000
_FAILED_IN_A_ROW = 5  # that many issues are the server's fault, not their own
_NO_BULK = (403, 404, 405, 410)  # there is no such call
_YEAR_10000 = 253_402_300_800_000  # epoch milliseconds


class Completer:
    """Makes issues whole as far as the server lets it.

    What stays short is left so that its `total` shows it. `reread(id)` answers an issue anew with its changelog.
    """

    def __init__(self, client: JsonClient, api: str, cloud: bool, reread: Callable[[str], Found]) -> None:
        self._client, self._api, self._cloud, self._reread = client, api, cloud, reread
        self._failed = 0  # issues in a row

    def complete(self, issues: list[Found]) -> list[bytes]:
        """The issues as JSON, in the order given, each as whole as could be."""
        suspects = [issue for issue in issues if _is_cut(issue) or self._may_hide_history(issue)]
        texts = self._from_changelogs(suspects) if self._cloud else self._reread_all(suspects)
        known = [(texts.get(issue.id, issue.text), issue) for issue in issues]
        return [self._unless_it_fails(self._with_comments, text, issue) or text for text, issue in known]

    def _unless_it_fails(self, complete: Callable[[bytes, Found], bytes], text: bytes, issue: Found) -> bytes | None:
        """What `complete` makes of `text`; None where the server fails over it time and again while it answers otherwise: one
        issue must not keep back all that come after it."""
        try:
            whole = complete(text, issue)
        except SourceError as error:
            if error.status == 404:  # gone: the census will see that
                return text
            self._failed += 1
            if not _is_fault(error) or self._failed == _FAILED_IN_A_ROW:
                raise
            self._client.get(f"{self._api}/myself", Json)  # raises if it is more than this issue
            self._client.say(f"{error} {issue.head.key} stays incomplete until it can be read.")
            return None
        if whole is not text:  # else nothing was asked
            self._failed = 0
        return whole

    def _with_history(self, complete: Callable[[bytes, Found], bytes], text: bytes, issue: Found) -> bytes:
        """What `complete` makes of `text`; one whose `total` says that something lacks where that fails."""
        return self._unless_it_fails(complete, text, issue) or _lacking_one(text)

    def _may_hide_history(self, issue: Found) -> bool:
        """Whether an issue without history is worth a second look: on Cloud all are, in one call a page; on Data
        Center, where it is a call an issue, those that were touched after they were created."""
        if issue.head.changelog is None or issue.head.changelog.histories:
            return False
        return self._cloud or _was_touched(issue)

    # Data Center: the issue for itself is cut less than in a search, or not at all

    def _reread_all(self, suspects: list[Found]) -> dict[str, bytes]:
        return {issue.id: self._with_history(self._read_again, issue.text, issue) for issue in suspects}

    def _read_again(self, text: bytes, issue: Found) -> bytes:
        again = msgspec.json.decode(self._reread(issue.id).text)
        if issue.head.changelog is None and again.get("changelog") is None:
            return text  # nobody says what its history is: the landing takes it for cut
        return _with_histories(again, _histories(msgspec.json.decode(text)), _total(issue))

    # Cloud: changelogs for themselves, of many issues in one call

    def _from_changelogs(self, suspects: list[Found]) -> dict[str, bytes]:
        texts: dict[str, bytes] = {}
        for start in range(0, len(suspects), _BULK_ISSUES):
            texts |= self._from_some(suspects[start : start + _BULK_ISSUES])
        return texts

    def _from_some(self, suspects: list[Found]) -> dict[str, bytes]:
        """From one call, and each that it does not prove whole by itself: without it those, too, that were touched."""
        found = self._from_bulk(suspects) if len(suspects) > 1 else None
        texts = {issue.id: (found or {}).get(issue.id, issue.text) for issue in suspects}
        for issue in suspects:
            seen = read(texts[issue.id])
            if _is_cut(seen) or (found is None and (len(suspects) == 1 or _was_touched(issue))):
                texts[issue.id] = self._with_history(self._from_changelog, texts[issue.id], seen)
        return texts

    def _from_bulk(self, suspects: list[Found]) -> dict[str, bytes] | None:
        """The issues that have a history, with it; None where the call is not there, or failed before its end."""
        logs: dict[str, list[Json]] = {}
        try:
            for log in self._bulk_logs([issue.id for issue in suspects]):
                entries = map(_with_iso_time, self._identified(log.changeHistories))
                logs.setdefault(log.issueId, []).extend(entries)
        except SourceError as error:
            if error.status in _NO_BULK:
                return None
            if error.status != 400 and not _is_fault(error):  # 400: for one issue it refuses them all
                raise
            self._client.say(f"{error} Changelogs are asked for issue by issue.")
            return None
        return {
            issue.id: _with_histories(msgspec.json.decode(issue.text), logs[issue.id], 0)
            for issue in suspects
            if issue.id in logs
        }

    def _bulk_logs(self, ids: list[str]) -> Iterator["_IssueLog"]:
        body: Json = {"issueIdsOrKeys": ids, "maxResults": _BULK_ENTRIES}
        tokens: set[str] = set()
        while True:
            page = self._client.post(f"{self._api}/changelog/bulkfetch", _BulkPage, body)
            yield from page.issueChangeLogs
            if not page.nextPageToken or page.nextPageToken in tokens:
                return
            tokens.add(page.nextPageToken)
            body["nextPageToken"] = page.nextPageToken

    def _from_changelog(self, text: bytes, issue: Found) -> bytes:
        entries, total = self._paged(f"{self._api}/issue/{issue.id}/changelog")
        return _with_histories(msgspec.json.decode(text), entries, total)

    # Both

    def _with_comments(self, text: bytes, issue: Found) -> bytes:
        """`text` with all comments if the issue came with fewer than there are."""
        shown = issue.head.fields.comment
        if shown is None or not _lacks(shown.comments, shown.total):
            return text
        comments, total = self._paged(f"{self._api}/issue/{issue.id}/comment")
        whole = msgspec.json.decode(text)
        held = whole["fields"]["comment"]
        held["comments"] = _merged(held["comments"], comments)
        held["total"] = max(held.get("total") or 0, total, len(held["comments"]))
        return msgspec.json.encode(whole)

    def _paged(self, path: str) -> tuple[list[Json], int]:
        """All entries of a list that is paged by position, and their total. A page that repeats ends it, and so does a total
        that is reached, unless a full page itself says that it is not the last."""
        entries: list[Json] = []
        total = 0
        while True:
            page = self._client.get(path, _Listed, {"startAt": len(entries), "maxResults": _PAGE})
            shown = self._identified(page.values or page.comments or [])
            more = _merged(entries, shown)
            total = max(total, page.total or 0)
            reached = 0 < total <= len(more) and (page.isLast is not False or len(shown) < _PAGE)
            if len(more) == len(entries) or page.isLast or reached:
                return more, total
            entries = more

    def _identified(self, entries: list[Json]) -> list[Json]:
        """The entries; raises `SourceError` if one has no id."""
        if all(isinstance(entry.get("id"), str) for entry in entries):
            return entries
        raise self._client.error("an entry of an issue has no id, as Jira gives it.")


class _Listed(msgspec.Struct):
    """A page of a list: history entries are its `values`."""

    values: list[Json] | None = None
    comments: list[Json] | None = None
    total: int | None = None
    isLast: bool | None = None


class _IssueLog(msgspec.Struct):
    issueId: str
    changeHistories: list[Json] = []


class _BulkPage(msgspec.Struct):
    issueChangeLogs: list[_IssueLog] = []
    nextPageToken: str | None = None


def _was_touched(issue: Found) -> bool:
    """Whether it changed after it was created, for all that is known."""
    created, updated = to_seconds(issue.head.fields.created), to_seconds(issue.head.fields.updated)
    return created is None or updated is None or abs(updated - created) > 1


def _is_cut(issue: Found) -> bool:
    log = issue.head.changelog
    return log is None or _lacks(log.histories, log.total)


def _lacks(entries: list[Identified], total: int | None) -> bool:
    """Whether some are missing, for all that is known: without a total nothing proves that these are all."""
    return total is None or len({entry.id for entry in entries}) < total


def _total(issue: Found) -> int:
    return (issue.head.changelog.total or 0) if issue.head.changelog else 0


def _histories(issue: Json) -> list[Json]:
    return (issue.get("changelog") or {}).get("histories") or []


def _with_histories(issue: Json, entries: list[Json], total: int) -> bytes:
    """The issue with these entries besides its own, and the greatest total that anybody stated."""
    merged = _merged(_histories(issue), entries)
    stated = (issue.get("changelog") or {}).get("total") or 0
    issue["changelog"] = {"histories": merged, "total": max(stated, total, len(merged))}
    return msgspec.json.encode(issue)


def _lacking_one(text: bytes) -> bytes:
    """The issue with a total of its history that is not reached: it lands as not whole, and is asked for again."""
    issue = msgspec.json.decode(text)
    return _with_histories(issue, [], len(_histories(issue)) + 1)


def _merged(first: list[Json], second: list[Json]) -> list[Json]:
    """Both lists, each id once."""
    return list({entry["id"]: entry for entry in [*first, *second]}.values())


def _is_fault(error: SourceError) -> bool:
    """Whether the server failed over what was asked (500, a broken or garbled answer, none in time); it did not refuse
    it, nor ask to wait."""
    return error.status is None or (error.status >= 500 and error.status != 503)


def _with_iso_time(entry: Json) -> Json:
    """A bulk-fetched entry with `created` as everywhere else: bulk fetch alone writes epoch milliseconds."""
    created = entry.get("created")
    if isinstance(created, int) and 0 <= created < _YEAR_10000:
        seconds, millis = divmod(created, 1000)
        at = datetime.fromtimestamp(seconds, UTC)
        entry["created"] = f"{at:%Y-%m-%dT%H:%M:%S}.{millis:03d}+0000"
    return entry

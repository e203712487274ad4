"""A table: sorted and searched on screen, its keys linked to their tickets, exported exactly as it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from reports.table_file import Sheet, as_csv, as_xlsx
from ui import format as fmt
from ui.as_of import kept
from ui.mart import Snapshot
from ui.theme import state

_C = st.column_config
_IN_SIGHT = 20
_WIDTHS = {"ticket": 90, "link": 46, "instant": 160, "soon": 130, "day": 110, "number": 80, "share": 80, "state": 90}
_FORMATS = {"instant": "ddd D MMM YYYY, HH:mm", "soon": "ddd D MMM, HH:mm", "day": "D MMM YYYY", "month": "MMM YYYY"}


@dataclass(frozen=True)
class Column:
    """A column: its title, what its values are, its width in pixels, what to say about it.

    `kind`: text · ticket (a key) · link (an address) · instant (UTC) · soon (an instant near the snapshot) · day ·
    month (its first day) · working (seconds) · left (working seconds, below zero: over) · elapsed (seconds) ·
    days (seconds, at a glance) · number · share (0 to 1) · state (of a clock) · flag.
    """

    title: str
    kind: str = "text"
    width: int | None = None
    help: str | None = None


def table(
    rows: pd.DataFrame, columns: Mapping[str, Column], snapshot: Snapshot, key: str, name: str,
    height: int | None = None,
) -> None:  # fmt: skip
    """Draws the columns that `rows` has, in the order of `columns`, and offers what is drawn as CSV and XLSX. A column of
    addresses is left out where there are none: the desk's tickets have no page of their own.

    Values are as in the mart: UTC instants, seconds, bare keys. `name` says what the table is, `key` is its own.
    """
    shown = {
        column: how
        for column, how in columns.items()
        if column in rows and not (how.kind == "link" and rows[column].isna().all())
    }
    drawn = pd.DataFrame({column: _on_screen(rows[column], how.kind, snapshot) for column, how in shown.items()})
    st.dataframe(
        _with_units(drawn, shown, snapshot.nwd_seconds),
        hide_index=True,
        height=height or tall(len(rows)),
        key=key,
        alt=name,
        placeholder=fmt.NOTHING,
        column_config={column: _config(how, rows[column]) for column, how in shown.items()},
    )
    _exports(rows, shown, snapshot, key, name)


def tall(rows: int) -> int:
    """The height in pixels of a table with so many rows, twenty of them in sight."""
    return 40 + 35 * min(rows, _IN_SIGHT)


def ticket_address(key: str) -> str:
    """The page of the ticket of this desk with that key or id, as of the instant that is shown, relative to any page of the
    dashboard."""
    along = urlencode(kept())
    return f"ticket?{along + '&' if along else ''}key={quote(key)}"


def key_width(keys: Iterable[str | None]) -> int:
    """The width of a column of keys, in pixels: Streamlit cuts what is longer.

    >>> key_width(["DSD-1", None]), key_width(["DSD-1", "DIRECTMEMORY-123"])
    (90, 162)
    """
    return max(_WIDTHS["ticket"], 18 + 9 * max((len(key) for key in keys if isinstance(key, str)), default=0))


def _on_screen(values: pd.Series, kind: str, snapshot: Snapshot) -> pd.Series:
    if kind == "ticket":
        return values.map(ticket_address, na_action="ignore")
    if kind in ("instant", "soon"):
        return _local(values, snapshot)
    if kind == "state":
        return values.map(state, na_action="ignore")
    if kind == "share":
        return percents(values)
    if kind in ("working", "left", "elapsed", "days"):
        return cast(pd.Series, values.astype("Float64"))
    return values


def percents(shares: pd.Series) -> pd.Series:
    """Shares in percent with a decimal, rounded as `fmt.share` does: 100 for all alone. The bound of an interval is 1 but for
    its last digit.

    >>> percents(pd.Series([2 / 3, None, 0.9999, 1 - 1e-16])).tolist()
    [66.7, <NA>, 99.9, 100.0]
    """
    exact = shares.astype("Float64")
    rounded = (exact * 1000 + 0.5 + 1e-6).floordiv(1) / 10
    nearly = ((exact < 1 - 1e-9) & (rounded == 100)).fillna(False)
    return cast(pd.Series, rounded.mask(nearly, 99.9))


def _local(instants: pd.Series, snapshot: Snapshot) -> pd.Series:
    utc = pd.to_datetime(instants).dt.tz_localize("UTC")
    return cast(pd.Series, utc.dt.tz_convert(snapshot.zone).dt.tz_localize(None))


def _with_units(drawn: pd.DataFrame, shown: Mapping[str, Column], nwd: int) -> object:
    """Durations in words; they still sort by their length."""
    say: dict[str, Any] = {
        "working": lambda seconds: fmt.duration(seconds, nwd),
        "left": lambda seconds: fmt.remaining(seconds, nwd),
        "elapsed": fmt.elapsed,
        "days": fmt.days,
    }
    formats = {column: say[how.kind] for column, how in shown.items() if how.kind in say}
    return drawn.style.format(formats, subset=list(formats), na_rep=fmt.NOTHING) if formats else drawn


def _config(how: Column, values: pd.Series) -> Any:
    """How Streamlit draws the column; one of keys as wide as its longest."""
    about: dict[str, Any] = {"width": how.width or _WIDTHS.get(how.kind), "help": how.help}
    if how.kind == "ticket":
        about["width"] = key_width(values)
        return _C.LinkColumn(how.title, display_text=r"key=(.*)", pinned=True, alignment="left", **about)
    if how.kind == "link":
        return _C.LinkColumn(how.title, display_text="↗", **about)
    if how.kind in ("instant", "soon"):
        return _C.DatetimeColumn(how.title, format=_FORMATS[how.kind], **about)
    if how.kind in ("day", "month"):
        return _C.DateColumn(how.title, format=_FORMATS[how.kind], **about)
    if how.kind in ("number", "share"):
        return _C.NumberColumn(how.title, format="%.1f %%" if how.kind == "share" else "localized", **about)
    if how.kind == "flag":
        return _C.CheckboxColumn(how.title, **about)
    return (_C.TextColumn if how.kind in ("text", "state") else _C.Column)(how.title, **about)


def _exports(rows: pd.DataFrame, shown: Mapping[str, Column], snapshot: Snapshot, key: str, name: str) -> None:
    """Two buttons; the file is made when one is pressed, of the rows as they were drawn."""
    if rows.empty:
        return
    about = _about(snapshot, name, len(rows))  # now: the address is not known where the file is made

    def sheet() -> Sheet:
        return Sheet(
            name, [_exported(rows[column], how, snapshot) for column, how in shown.items()], about, snapshot.as_of
        )

    stem = "".join(c if c.isalnum() else "-" for c in name.lower()) + f"-as-of-{snapshot.as_of:%Y%m%dT%H%MZ}"
    with st.container(key=f"export-{key}", horizontal=True, horizontal_alignment="right", gap="small"):
        st.caption(fmt.count(len(rows), "row"), width="content")
        for suffix, make in (("csv", as_csv), ("xlsx", as_xlsx)):
            st.download_button(
                suffix.upper(),
                data=lambda make=make: make(sheet()),  # type: ignore[misc]
                file_name=f"{stem}.{suffix}",
                key=f"{key}-{suffix}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
                help=f"{name} as {suffix.upper()}: these rows, these columns",
            )


def _exported(values: pd.Series, how: Column, snapshot: Snapshot) -> tuple[str, list[Any]]:
    """A column's title with its unit or zone, and its typed values."""
    if how.kind in ("instant", "soon"):
        local = _local(values, snapshot).dt.floor("s")
        return f"{how.title} ({snapshot.zone.key})", [None if pd.isna(v) else v.to_pydatetime() for v in local]
    if how.kind in ("working", "left", "elapsed", "days"):
        unit = "hours" if how.kind in ("elapsed", "days") else "working hours"
        hours = (values.astype("Float64") / 3600).round(4)
        return f"{how.title} ({unit})", _plain(hours)
    if how.kind in ("day", "month"):
        return how.title, [None if pd.isna(v) else v.date() for v in pd.to_datetime(values)]
    if how.kind == "state":
        return how.title, _plain(values.map(state, na_action="ignore"))
    return how.title if how.kind != "link" else "Address", _plain(values)


def _plain(values: pd.Series) -> list[Any]:
    """Python's own values; what is missing is None."""
    return [None if pd.isna(v) else v.item() if hasattr(v, "item") else v for v in values]


def _about(snapshot: Snapshot, name: str, rows: int) -> list[tuple[str, str]]:
    """What somebody must know who finds the file a year later."""
    return [
        ("Table", name),
        ("Rows", str(rows)),
        ("As of", f"{fmt.instant(snapshot.as_of, snapshot.zone, seconds=True)} {snapshot.zone.key}"),
        ("Published", f"{fmt.instant(snapshot.published_at, snapshot.zone, seconds=True)} {snapshot.zone.key}"),
        ("Narrowed by", str(st.query_params.to_dict()) if st.query_params else "nothing"),
    ]

"""The timeline of a ticket: its stays in each status, and under them what each clock made of the same time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import plotly.graph_objects as go

from reports.hours import HOLIDAY, NIGHT, OPEN, WEEKEND, Day, Piece, pieces
from ui import format as fmt
from ui.figures import CLOCK_NAMES
from ui.mart import Snapshot
from ui.theme import CLOSED_HOURS, COUNTED, LINE, PAUSED, STATES, STATUS, Look, area, titled
from ui.ticket_queries import Clock, Segment, Stay

NIGHTS_UP_TO, WEEKENDS_UP_TO = timedelta(days=45), timedelta(days=400)  # narrower than a pixel beyond


@dataclass(frozen=True)
class Bar:
    """A stretch in a lane, before it is cut into open and closed hours."""

    lane: str
    start: datetime
    end: datetime
    look: Look
    words: str


def drawn_until(stays: Sequence[Stay], clocks: Sequence[Clock], as_of: datetime) -> datetime:
    """Where the timeline ends: at the snapshot or the next due time, or a little after the ticket was closed."""
    begun, last = stays[0].entered_at, stays[-1]
    if last.phase != "closed":
        due = [c.due_at for c in clocks if c.due_at and not c.stopped_at and c.state != "overdue"]
        end = max([as_of, *due])
        return end + (end - begun) * 0.03
    return min(as_of, last.entered_at + max((last.entered_at - begun) * 0.08, timedelta(hours=1)))


def bars(stays: Sequence[Stay], segments: Sequence[Segment], snapshot: Snapshot, until: datetime) -> list[Bar]:
    """The lanes of the timeline, statuses in the order in which they were entered, then the clocks."""
    end = min(snapshot.as_of, until)
    found = []
    for stay in stays:
        status = fmt.plain_html(stay.status)
        found.append(
            Bar(status, stay.entered_at, stay.left_at or end, STATUS, f"{status} ({stay.phase or 'no phase'})")
        )
    for clock, name in CLOCK_NAMES.items():
        for part in segments:
            if part.clock == clock:
                look = COUNTED if part.kind == "counted" else PAUSED
                words = f"{name}: {part.kind} in {fmt.plain_html(part.status)} ({part.rule})"
                found.append(Bar(name, part.started_at, min(part.ended_at, end), look, words))
    return found


def detail(start: datetime, end: datetime) -> set[str]:
    """Which kinds of closed hours are wide enough to be drawn."""
    if end - start <= NIGHTS_UP_TO:
        return {NIGHT, WEEKEND, HOLIDAY, "closed"}
    return {WEEKEND, HOLIDAY, "closed"} if end - start <= WEEKENDS_UP_TO else set()


def timeline(
    found: Sequence[Bar], clocks: Sequence[Clock], days: Sequence[Day], snapshot: Snapshot, until: datetime
) -> go.Figure:
    """The chart: thick where the desk was open, thin where it was closed."""
    figure = go.Figure()
    start = min(bar.start for bar in found)
    apart = detail(start, until)
    cut = [(bar, piece) for bar in found for piece in _drawn(pieces(bar.start, bar.end, days), apart)]
    for look, words in ((STATUS, "in the status"), (COUNTED, "counted"), (PAUSED, "paused")):
        _add(figure, [(b, p) for b, p in cut if b.look is look and p.kind == OPEN], look, words, 0.62, snapshot)
    closed = [(b, p) for b, p in cut if p.kind != OPEN]
    _add(figure, closed, CLOSED_HOURS, "closed hours", 0.14, snapshot)
    lanes = list(dict.fromkeys(bar.lane for bar in found))
    _shade(figure, pieces(start, until, days), apart, lanes[0], snapshot)
    _marks(figure, [c for c in clocks if CLOCK_NAMES[c.clock] in lanes], snapshot, until)
    titled(figure, "Status history, and what each clock made of it", "", height=136 + 30 * len(lanes))
    figure.update_yaxes(categoryorder="array", categoryarray=lanes[::-1], title=None, rangemode="normal")
    edge = (until - start) * 0.01
    figure.update_xaxes(
        type="date",
        range=[_at(start - edge, snapshot), _at(until, snapshot)],
        showgrid=True,
        title={"text": f"{snapshot.zone.key} time", "standoff": 6},
        tickformatstops=[
            {"dtickrange": [None, 86399999], "value": "%H:%M<br>%a %d %b %Y"},
            {"dtickrange": [86400000, None], "value": "%a %d %b<br>%Y"},
        ],
    )
    if start < snapshot.as_of <= until:
        figure.add_vline(x=_at(snapshot.as_of, snapshot), line={"width": 1, "dash": "dot", "color": CLOSED_HOURS.color})
    return figure.update_layout(barmode="overlay", hovermode="closest", bargap=0, margin_t=84)  # two lines of legend


def _drawn(cut: Sequence[Piece], apart: set[str]) -> list[Piece]:
    """The pieces as drawn: those too narrow to be seen apart join their neighbours."""
    joined: list[Piece] = []
    for piece in cut:
        kind = piece.kind if piece.kind in apart else OPEN
        if joined and joined[-1].kind == kind == OPEN:
            joined[-1] = replace(joined[-1], end=piece.end)
        else:
            joined.append(replace(piece, kind=kind))
    return joined


def _add(
    figure: go.Figure, cut: Sequence[tuple[Bar, Piece]], look: Look, words: str, width: float, snapshot: Snapshot
) -> None:
    if not cut:
        return
    figure.add_bar(
        orientation="h",
        y=[bar.lane for bar, _ in cut],
        base=[_at(piece.start, snapshot) for _, piece in cut],
        x=[_milliseconds(piece, snapshot) for _, piece in cut],
        width=width,
        name=words,
        marker=area(look),
        customdata=[[bar.words, _hover(piece, snapshot)] for bar, piece in cut],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )


def _shade(figure: go.Figure, cut: Sequence[Piece], apart: set[str], lane: str, snapshot: Snapshot) -> None:
    """Weekends and holidays behind everything, each with a line in the legend."""
    shapes: list[dict[str, object]] = []
    for kinds, words, color in (((WEEKEND,), "weekend", CLOSED_HOURS.color), ((HOLIDAY, "closed"), "holiday", LINE)):
        shown = [p for p in cut if p.kind in kinds and p.kind in apart]
        shapes += [
            {"type": "rect", "xref": "x", "yref": "y domain", "x0": _at(piece.start, snapshot), "y0": 0,
             "x1": _at(piece.end, snapshot), "y1": 1, "fillcolor": color, "opacity": 0.13, "line": {"width": 0},
             "layer": "below"}
            for piece in shown
        ]  # fmt: skip
        if shown:
            marker = {"symbol": "square", "size": 12, "color": color, "opacity": 0.35}
            figure.add_scatter(x=[None], y=[lane], mode="markers", name=words, marker=marker, hoverinfo="skip")
    figure.update_layout(shapes=shapes)  # at once: each that is added by itself has all before it checked again


def _marks(figure: go.Figure, clocks: Sequence[Clock], snapshot: Snapshot, until: datetime) -> None:
    """Where a clock's goal lies, and where it stopped."""
    due = {"symbol": "diamond", "size": 11, "color": STATES["missed"].color, "line": {"width": 1.5, "color": "#ffffff"}}
    stop = {"symbol": "line-ns-open", "size": 20, "color": CLOSED_HOURS.color, "line": {"width": 3}}
    for name, marker, marked in (
        ("goal used up (due)", due, [(c, c.due_at) for c in clocks]),
        ("stopped", stop, [(c, c.stopped_at) for c in clocks]),
    ):
        drawn = [(CLOCK_NAMES[c.clock], at) for c, at in marked if at and at <= until]
        if drawn:
            figure.add_scatter(
                x=[_at(at, snapshot) for _, at in drawn],
                y=[lane for lane, _ in drawn],
                mode="markers",
                name=name,
                marker=marker,
                customdata=[fmt.instant(at, snapshot.zone) for _, at in drawn],
                hovertemplate="%{y}: " + name + "<br>%{customdata}<extra></extra>",
            )


def _hover(piece: Piece, snapshot: Snapshot) -> str:
    kind = piece.name or piece.kind
    what = "" if piece.kind == OPEN else f"<br>closed: {fmt.plain_html(kind)}"
    return f"{fmt.instant(piece.start, snapshot.zone)} – {fmt.instant(piece.end, snapshot.zone)}{what}"


def _at(instant: datetime, snapshot: Snapshot) -> str:
    return fmt.local(instant, snapshot.zone).strftime("%Y-%m-%d %H:%M:%S.%f")


def _milliseconds(piece: Piece, snapshot: Snapshot) -> float:
    """On the axis of wall time, so that a bar ends where the next begins on the days when clocks change."""
    start, end = (fmt.local(i, snapshot.zone).replace(tzinfo=None) for i in (piece.start, piece.end))
    return (end - start).total_seconds() * 1000

"""The figures on top of a page. Each is a button that shows its tickets: by mouse, by keyboard, by screen reader."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ui.figures import Shown


@dataclass(frozen=True)
class Tile:
    """A figure: what it is, its value, what it is a part of (with n), what to compare it with, and what it shows."""

    title: str
    value: str
    of: str
    compared: str
    shows: Shown
    help: str
    tone: str = ""  # a state's badge colour, for a figure that needs somebody


def tile_row(tiles: list[Tile], show: Callable[[Shown], None]) -> None:
    """Draws the tiles side by side; a click calls `show` with the figure."""
    for column, tile in zip(st.columns(len(tiles), gap="small"), tiles, strict=True):
        name = tile.shows.name
        with column.container(key=f"tile-{name}{'-' + tile.tone if tile.tone else ''}"):
            st.button(
                f"{tile.title} **{tile.value}** *{tile.of}*" + (f" *{tile.compared}*" if tile.compared else ""),
                key=f"figure-{name}",
                help=f"{tile.help} Click for the tickets.",
                on_click=show,
                args=(tile.shows,),
                type="tertiary",
                width="stretch",
                wrap=True,
            )

"""The board is backed up with every publish; a board that cannot be read keeps no figures back."""

from collections.abc import Callable

from board.backup import back_up
from etl.config import Desk
from metrics.errors import ArbiterError


def back_up_board(desk: Desk, say: Callable[[str], None]) -> None:
    """Copy the desk's board to its folder `backup`, or say why that was not possible."""
    try:
        back_up(desk.board, desk.folder / "backup")
    except (ArbiterError, OSError) as error:
        say(f"the board was not backed up: {error}")

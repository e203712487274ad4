"""What a user sees when something goes wrong: one sentence, never a traceback."""

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import duckdb
import streamlit as st

from metrics.errors import ArbiterError
from ui.command import runnable
from ui.mart import forget_snapshots

P = ParamSpec("P")
_log = logging.getLogger("arbiter.ui")


def guarded(draw: Callable[P, None]) -> Callable[P, None]:
    """`draw`, with its errors shown in a sentence; one that was not foreseen also goes to the log, with a mark."""

    @wraps(draw)
    def safe(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except ArbiterError as error:
            st.warning(runnable(str(error)), icon=":material/info:")
        except (duckdb.CatalogException, duckdb.BinderException):  # a table, or a column of it, is not there
            st.warning(
                runnable(
                    "This was published by another version of the program and lacks what is shown here. "
                    "Run `arbiter publish`."
                ),
                icon=":material/info:",
            )
        except (duckdb.InternalException, duckdb.FatalException):
            _log.exception("DuckDB failed")
            forget_snapshots()  # after a fault of its own DuckDB answers nothing any more on that connection
            st.error(
                "DuckDB failed over this, and the figures were opened anew. Reload the page.", icon=":material/error:"
            )
        except Exception:
            mark = secrets.token_hex(3)
            _log.exception("page failed, mark %s", mark)
            st.error(
                f"This could not be shown. Reload the page; if it stays so, look for {mark} in the program's log.",
                icon=":material/error:",
            )

    return safe

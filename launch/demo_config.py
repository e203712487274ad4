"""The configuration of a simulated desk, as `arbiter demo` writes it."""

from collections.abc import Sequence

from demo.event_log import SAID

_JIRA = """\
# Written by `arbiter demo`: the simulated desk. Make your own with `arbiter init`.
data = "."

[desk.desp]
profile = "desp"

[[desk.desp.source]]
name = "jira"
kind = "jira"
url = "{url}"
projects = ["DSD", "DSP", "DPM", "DEMS", "DCMS", "DSEC", "DC"]
"""
_FILES = """\
# Written by `arbiter demo --profile {name}`: a simulated desk, as an event log. Make your own with `arbiter init`.
data = "."

[desk.{name}]
profile = "{name}"

[[desk.{name}.source]]
name = "log"
kind = "files"

[desk.{name}.source.history]
path = "{log}"
public_comments = ["{said}"]
columns = {{ {columns} }}
"""


def jira_config(url: str) -> str:
    """That of the DESP desk, whose Jira is simulated at `url`."""
    return _JIRA.format(url=url)


def files_config(name: str, log: str, columns: Sequence[str]) -> str:
    """That of a desk with an event log in the file `log`."""
    mapped = ", ".join(f'{column} = "{column}"' for column in columns)
    return _FILES.format(name=name, log=log, said=SAID, columns=mapped)

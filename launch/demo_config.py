"""The configuration of a simulated desk, as `arbiter demo` writes it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.event_log import SAID
from etl.config import Desk, load_config, need_file, need_folder
from metrics.errors import ConfigError

_WRITTEN = "# Written by `arbiter demo"
_JIRA = """\
# Written by `arbiter demo`: the simulated desk. Make your own with `arbiter init`.
data = "{data}"

[desk.{desk}]
profile = "desp"

[[desk.{desk}.source]]
name = "jira"
kind = "jira"
url = "{url}"
projects = ["DSD", "DSP", "DPM", "DEMS", "DCMS", "DSEC", "DC"]
"""
_FILES = """\
# Written by `arbiter demo --profile {profile}`: a simulated desk, as an event log. Make your own with `arbiter init`.
data = "{data}"

[desk.{desk}]
profile = "{profile}"

[[desk.{desk}.source]]
name = "log"
kind = "files"

[desk.{desk}.source.history]
path = "{log}"
public_comments = ["{said}"]
columns = {{ {columns} }}
"""


@dataclass(frozen=True)
class Place:
    """Where a simulated desk lies: its configuration, the folder of its data, and what it is called."""

    config: Path
    data: Path
    desk: str

    def need_own_configuration(self) -> None:
        """Raises ConfigError for a file that somebody else wrote, and where no folder can be."""
        need_folder(self.data, "--data")
        need_file(self.config, "--config")
        if self.config.exists() and not self.config.read_bytes().startswith(_WRITTEN.encode()):
            raise ConfigError(f"--config {self.config}: is there, and is none that the demo wrote; allowed: a new file")

    def configure(self, text: str) -> Desk:
        """The desk of that configuration, which is written."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, encoding="utf-8")
        return load_config(self.config).desk()

    def from_config(self, path: Path) -> str:
        """A path as the configuration writes it."""
        return Path(os.path.relpath(path.resolve(), self.config.resolve().parent)).as_posix()


def jira_config(place: Place, url: str) -> str:
    """That of the DESP desk, whose Jira is simulated at `url`."""
    return _JIRA.format(desk=place.desk, data=place.from_config(place.data), url=url)


def files_config(place: Place, profile: str, log: Path, columns: Sequence[str]) -> str:
    """That of the desk of a profile with an event log in the file `log`."""
    mapped = ", ".join(f'{column} = "{column}"' for column in columns)
    return _FILES.format(
        desk=place.desk, data=place.from_config(place.data), profile=profile, log=place.from_config(log), said=SAID,
        columns=mapped,
    )  # fmt: skip

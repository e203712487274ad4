"""Which desks this installation has, and where their marts are."""

import os
from dataclasses import dataclass
from pathlib import Path

from etl.config import load_config
from metrics.errors import ArbiterError

CONFIG_VARIABLE = "ARBITER_CONFIG"


@dataclass(frozen=True)
class DeskShown:
    """A desk as the dashboard knows it: its title in the profile, and its folder of marts."""

    name: str
    title: str
    mart_dir: Path


def desks() -> list[DeskShown]:
    """The configured desks, in the order of the file. Raises ConfigError when there is no usable configuration."""
    config = load_config(Path(os.environ.get(CONFIG_VARIABLE) or "arbiter.toml").absolute())
    found = []
    for desk in config.desks.values():
        try:
            title = desk.profile().title
        except ArbiterError:  # a mart can be read without the profile that made it
            title = desk.name
        found.append(DeskShown(desk.name, title, desk.mart_dir))
    return found

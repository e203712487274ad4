"""What this installation is: its desks, where their marts are, and who signs people in."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from board.store import BOARD_FILE
from etl.config import USUAL_CONFIG, Auth, Config, load_config, sign_in_secrets
from metrics.errors import ArbiterError
from metrics.profile import Profile

__all__ = ["Auth", "DeskShown", "Installation", "installation", "streamlit_secrets"]
CONFIG_VARIABLE = "ARBITER_CONFIG"
_SAID_VARIABLE = "ARBITER_CONFIG_SAID"  # the same, as it was named where the dashboard was started
_DESK_VARIABLE = "ARBITER_DESK"  # the one to show; empty: all


@dataclass(frozen=True)
class DeskShown:
    """A desk as the dashboard knows it; `profile` is None when it cannot be read (its mart still can); `options` is what
    a command takes to be about it."""

    name: str
    folder: Path
    mart_dir: Path
    profile: Profile | None
    options: str

    @property
    def board(self) -> Path:
        """What people wrote."""
        return self.folder / BOARD_FILE

    @property
    def title(self) -> str:
        """What people call it."""
        return self.profile.title if self.profile else self.name


@dataclass(frozen=True)
class Installation:
    """The configuration file, the desks in its order, and who signs people in (None: nobody does)."""

    config: Path
    desks: list[DeskShown]
    auth: Auth | None


def installation() -> Installation:
    """What is configured now, and is to be shown. Raises ConfigError when there is no usable configuration."""
    config, only = _config(), os.environ.get(_DESK_VARIABLE)
    said = Path(os.environ.get(_SAID_VARIABLE) or config.path)
    desks = []
    for desk in [config.desk(only)] if only else config.desks.values():
        try:
            profile = desk.profile()
        except ArbiterError:
            profile = None
        desks.append(DeskShown(desk.name, desk.folder, desk.mart_dir, profile, config.options(desk.name, said)))
    return Installation(config.path, desks, config.auth)


def streamlit_secrets() -> dict[str, Any] | None:
    """What `st.login` wants to know, from the configuration and the environment; None without a provider.

    Raises ConfigError when a secret is missing.
    """
    auth = _config().auth
    if auth is None:
        return None
    client_secret, cookie_secret = sign_in_secrets()
    return {
        "auth": {
            "redirect_uri": f"{auth.address.rstrip('/')}/oauth2callback",
            "server_metadata_url": auth.provider,
            "client_id": auth.client_id,
            "client_secret": client_secret,
            "cookie_secret": cookie_secret,
            "client_kwargs": {"scope": auth.scope},
        }
    }


def _config() -> Config:
    return load_config(Path(os.environ.get(CONFIG_VARIABLE) or USUAL_CONFIG).absolute())

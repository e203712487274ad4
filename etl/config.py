"""The configuration (arbiter.toml): desks, their sources, and where their data lies."""

import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from etl.http import Credentials
from etl.section import KINDS, AnySection, Name, plain_name
from etl.usual_config import USUAL_CONFIG as USUAL_CONFIG
from metrics.errors import ConfigError
from metrics.mistakes import describe_mistakes
from metrics.profile import Profile, Role
from profiles import UnknownProfile, load_profile

_COOKIE_SECRET_LENGTH = 32


class _Desk(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: str
    deployments: str = ""
    source: list[AnySection] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> "_Desk":
        names = [s.name for s in self.source]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"source names must differ; twice: {', '.join(twice)}")
        return self


class Auth(BaseModel):
    """Who signs people in (OpenID Connect), and which roles they have.

    A person has a role when `claim` of their identity token names it, or when `roles` lists their e-mail address or
    another value of that claim under it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: str  # address of its discovery document
    client_id: str = Field(min_length=1)
    address: str  # where browsers find the dashboard
    scope: str = "openid email profile"
    claim: str = "roles"
    session_hours: float = Field(default=12, gt=0, le=8784)
    roles: dict[Role, list[str]] = {}

    @model_validator(mode="after")
    def _addresses_are_safe(self) -> "Auth":
        for name, value in (("provider", self.provider), ("address", self.address)):
            if not _is_safe(value):
                raise ValueError(
                    f"{name}: {value!r} would carry secrets in the open; allowed: https://…, or http://127.0.0.1…"
                )
        return self


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    data: str = "data"
    auth: Auth | None = None
    desk: dict[Name, _Desk] = Field(min_length=1)


@dataclass(frozen=True)
class Desk:
    """A desk of this installation and where its data lies; `base` is the folder of the configuration file."""

    name: str
    profile_name: str
    sources: list[AnySection]
    folder: Path
    base: Path
    deployments: Path | None = None  # the user's table of products (DMSU-M8)

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / "store.duckdb"

    @property
    def mart_dir(self) -> Path:
        """The folder of marts and of the pointer `current`."""
        return self.folder / "mart"

    @property
    def board(self) -> Path:
        """The file of what people wrote; it need not be there."""
        return self.folder / "board.sqlite"

    def profile(self) -> Profile:
        """The desk's profile. Raises ConfigError."""
        try:
            return load_profile(self.profile_name, self.base)
        except UnknownProfile as error:
            raise ConfigError(f"desk.{self.name}.profile: {error}") from None


@dataclass(frozen=True)
class Config:
    """The configuration as read from `path`."""

    path: Path
    desks: dict[str, Desk]
    auth: Auth | None = None

    def desk(self, name: str | None = None) -> Desk:
        """The desk of that name, or the only one. Raises ConfigError."""
        if name is None and len(self.desks) == 1:
            return next(iter(self.desks.values()))
        allowed = ", ".join(self.desks)
        if name is None:
            raise ConfigError(f"{self.path}: there are several desks: say which with --desk; allowed: {allowed}")
        if name not in self.desks:
            raise ConfigError(f"{self.path}: desk {name!r} is not configured; allowed: {allowed}")
        return self.desks[name]

    def options(self, desk: str, said: Path) -> str:
        """What follows a command so that it is about this desk: `--config`, unless the file is called as usual where
        people are (`said`), and `--desk`, unless it is the only one."""
        named = "" if said == USUAL_CONFIG else f" --config {quote(str(said))}"
        return named + (f" --desk={desk}" if len(self.desks) > 1 else "")


def load_config(path: Path) -> Config:
    """The configuration in `path`. Raises ConfigError with every mistake: file, key, value, what is allowed."""
    _need_a_path_for_all(path)
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such configuration: run `arbiter init`, or name one with --config")
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    try:
        content = _File.model_validate(written)
    except ValidationError as error:
        raise ConfigError("\n".join(describe_mistakes(_mistakes(error), str(path), _File, written))) from None
    base = path.resolve().parent
    desks = {
        name: Desk(
            name, desk.profile, desk.source, base / content.data / name, base,
            base / desk.deployments if desk.deployments else None,
        )
        for name, desk in content.desk.items()
    }  # fmt: skip
    for desk in desks.values():
        need_folder(desk.folder, f"{path}: data")
    _need_secrets_of_their_own(path, desks.values())
    return Config(path, desks, content.auth)


def _need_a_path_for_all(path: Path) -> None:
    """Raises ConfigError when the path is written in another encoding than DuckDB's, which is UTF-8."""
    whole = str(path.absolute())
    if os.fsencode(whole) != whole.encode(errors="surrogatepass"):
        raise ConfigError(f"{path}: not in UTF-8; allowed: ASCII, or a locale in UTF-8, such as LC_ALL=C.UTF-8")


def need_folder(folder: Path, where: str) -> None:
    """Raises ConfigError when what is there, or what it would lie in, is no folder."""
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir():
        raise ConfigError(f"{where}: {nearest} is no folder; allowed: a folder, which need not be there yet")


def need_file(file: Path, where: str) -> None:
    """Raises ConfigError when a folder is there, or what it would lie in is none."""
    if file.is_dir():
        raise ConfigError(f"{where} {file}: is a folder; allowed: a file")
    need_folder(file.parent, where)


def _need_secrets_of_their_own(path: Path, desks: Iterable[Desk]) -> None:
    """Raises ConfigError when two sources would take their secrets from the same environment variables."""
    met: dict[str, str] = {}
    for desk in desks:
        for source in desk.sources:
            prefix, place = secret_prefix(desk.name, source.name), f"desk {desk.name!r}, source {source.name!r}"
            if prefix in met:
                raise ConfigError(
                    f"{path}: {met[prefix]} and {place} would both take their secrets from {prefix}_…; allowed: names that "
                    "differ in more than - and _, and where the desk's ends"
                )
            met[prefix] = place


def _mistakes(error: ValidationError) -> list[dict[str, Any]]:
    """What is wrong; a wrong kind of a source at its key, with the kinds that there are."""
    found: list[dict[str, Any]] = []
    for each in error.errors():
        mistake: dict[str, Any] = {**each}
        place = mistake["loc"]
        if mistake["type"] in ("union_tag_invalid", "union_tag_not_found"):
            kind = mistake["input"].get("kind", "") if isinstance(mistake["input"], dict) else ""
            mistake |= {"loc": (*place, "kind"), "input": kind, "msg": f"allowed: {', '.join(KINDS)}"}
        found.append(mistake)
    return found


def desk_name(name: str) -> str:
    """A name for a new desk that `--desk` gave. Raises ConfigError for one that a desk cannot have."""
    try:
        return plain_name(name)
    except ValueError as error:
        raise ConfigError(f"--desk {name}: {error}") from None


def template(desk: str) -> str:
    """A commented configuration of a desk of that name."""
    return _TEMPLATE.replace("desk.desp", f"desk.{desk}").replace("ARBITER_DESP_", secret_prefix(desk, ""))


def sign_in_secrets() -> tuple[str, str]:
    """The client's secret and the one that signs the dashboard's cookies, from ARBITER_AUTH_CLIENT_SECRET and
    ARBITER_AUTH_COOKIE_SECRET. Raises ConfigError."""
    client, cookie = (os.environ.get(f"ARBITER_AUTH_{name}_SECRET", "") for name in ("CLIENT", "COOKIE"))
    if not client:
        raise ConfigError("ARBITER_AUTH_CLIENT_SECRET is not set: it is the secret that the provider gave this client")
    if len(cookie) < _COOKIE_SECRET_LENGTH:
        raise ConfigError(
            f"ARBITER_AUTH_COOKIE_SECRET is missing or short; allowed: {_COOKIE_SECRET_LENGTH} characters or more, as "
            "`openssl rand -hex 32` makes them"
        )
    return client, cookie


def credentials(desk: str, source: str) -> Credentials:
    """The secrets of a source: ARBITER_<DESK>_<SOURCE>_USER and …_TOKEN, or …_PASSWORD; empty where they are not set. A
    file or a clipboard often ends them with a line break, which is none of them."""
    prefix = secret_prefix(desk, source)
    user, token, password = (os.environ.get(f"{prefix}_{name}", "").strip() for name in ("USER", "TOKEN", "PASSWORD"))
    return Credentials(user, token or password, prefix)


def secret_prefix(desk: str, source: str) -> str:
    """How the environment variables of a source begin."""
    return f"ARBITER_{desk}_{source}".upper().replace("-", "_")


_TEMPLATE = """\
# Arbiter's configuration. Paths are relative to this file.
data = "data"

[desk.desp]
profile = "desp"                # a name in profiles/, or a path to your own .toml
# deployments = "deployments.csv"   # how often each product is deployed: columns product, from, count

[[desk.desp.source]]
name = "jira"
kind = "jira"                   # jira · jira-files · files · zammad · rt
url = "https://jira.example.org"
projects = ["DSD", "DSP", "DPM", "DEMS", "DCMS", "DSEC", "DC"]
# Secrets come only from the environment (desk, then source):
#   ARBITER_DESP_JIRA_USER    your e-mail address on Jira Cloud; leave it out on Data Center
#   ARBITER_DESP_JIRA_TOKEN   an API token (Cloud) or a personal access token (Data Center)
# feedback = true               # scores from Service Management's feedback, where no field holds them

# Issues from files instead: search pages, or one issue a line, with expand=changelog; .gz too.
# [[desk.desp.source]]
# name = "archive"
# kind = "jira-files"
# path = "exports/*.jsonl.gz"

# Exported tables and event logs (docs/files.md), and Zammad (docs/zammad.md; ARBITER_DESP_ZAMMAD_TOKEN):
# [[desk.desp.source]]
# name = "log"
# kind = "files"
# times = ["day first"]
# zone = "Europe/Rome"
# history = { path = "log.csv", columns = { id = "Ticket", at = "Date", author = "By", status = "State" } }
#
# [[desk.desp.source]]
# name = "zammad"
# kind = "zammad"
# url = "https://helpdesk.example.org"

# A Request Tracker 5. Secrets: ARBITER_DESP_RT_TOKEN (an authentication token), or …_USER and …_PASSWORD.
# [[desk.desp.source]]
# name = "rt"
# kind = "rt"
# url = "https://rt.example.org"
# queues = ["support"]

# People sign in with OpenID Connect; without this the dashboard is for this machine alone.
# [auth]
# provider = "https://login.example.org/.well-known/openid-configuration"
# client_id = "arbiter"
# address = "https://arbiter.example.org"   # redirect address at the provider: this, and /oauth2callback
# claim = "roles"               # a claim with roles or groups
# [auth.roles]                  # e-mail addresses, or other values of the claim
# service_manager = ["manager@example.org"]
# arb = ["chair@example.org"]
# esa = ["officer@example.org"]
# security = []
# Secrets: ARBITER_AUTH_CLIENT_SECRET, ARBITER_AUTH_COOKIE_SECRET
"""

"""The profiles that come with Arbiter, and how one of them, or another file, is read."""

from importlib.resources import files
from pathlib import Path

from metrics.errors import ConfigError
from metrics.profile import Profile, parse_profile


def profile_names() -> list[str]:
    """Names of the profiles that come with Arbiter."""
    return sorted(p.name.removesuffix(".toml") for p in files("profiles").iterdir() if p.name.endswith(".toml"))


class UnknownProfile(ConfigError):
    """A profile was asked for by a name that none has."""


def load_profile(name_or_path: str, base: Path = Path()) -> Profile:
    """The profile of that name, or at that path (ends in `.toml`; relative to `base`).

    Raises ConfigError with every mistake at once: file, key, value, what is allowed.
    """
    if name_or_path.endswith(".toml"):
        path = base / name_or_path
        where = str(path)
        if not path.is_file():
            raise ConfigError(f"{where}: there is no such profile file")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(f"{where}: not valid TOML: {error}") from None
    else:
        where = f"profiles/{name_or_path}.toml"
        if name_or_path not in profile_names():
            raise UnknownProfile(
                f"profile {name_or_path!r} is unknown; allowed: {', '.join(profile_names())}, or a path that ends in .toml"
            )
        text = (files("profiles") / f"{name_or_path}.toml").read_text(encoding="utf-8")
    return parse_profile(text, where)

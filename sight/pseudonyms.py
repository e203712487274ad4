"""The desk's secret behind its pseudonyms: made once, kept beside its data, readable by nobody else."""

import os
import secrets
from pathlib import Path

_BYTES = 32


def pseudonym_key(folder: Path) -> bytes:
    """The secret of the desk in `folder`, made when it is not there yet."""
    path = folder / "pseudonym.key"
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Whole or not at all, and by one process only: who comes second takes what the first one made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mine = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
    try:
        os.link(mine, path)
    except FileExistsError:
        pass
    finally:
        mine.unlink()

"""The folder of a desk's marts: the pointer to the one that is read, older ones, and what a publish that was killed left."""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

KEPT_VERSIONS = 3
_PASSING = ("report-*", "whatif-*", "tmp/*")  # in the desk's folder, while a command runs
_FORGOTTEN_AFTER = 86_400  # seconds


def current_mart(mart_dir: Path) -> Path | None:
    """The mart that the pointer names, or None when nothing was published yet, or the pointer names no mart."""
    pointer = mart_dir / "current"
    if not pointer.is_file():
        return None
    name = pointer.read_bytes().decode(errors="replace").strip()
    path = mart_dir / name
    return path if path.name == name and path.is_file() else None


def point_to(mart_dir: Path, name: str) -> None:
    """Move the pointer in one step, on disk before it counts."""
    pointer = mart_dir / "current"
    fresh = mart_dir / "current.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(pointer)


def drop_old(mart_dir: Path) -> None:
    """Keep the newest versions, and the one that is read, though a clock that went back gave it an older name: a reader that
    has another one open goes on with it (the file lives until closed)."""
    read = current_mart(mart_dir)
    for path in sorted(mart_dir.glob("*.duckdb"))[:-KEPT_VERSIONS]:
        if path != read:
            path.unlink(missing_ok=True)
    for path in mart_dir.glob("*.partial"):  # by a publish that was killed: the desk has one writer
        remove_half_built(path)
    _remove_forgotten(mart_dir.parent)


def _remove_forgotten(folder: Path) -> None:
    """What commands that were killed left in the desk's folder."""
    for path in (path for pattern in _PASSING for path in folder.glob(pattern)):
        with suppress(FileNotFoundError):  # a command that runs has just done with it
            if path.stat().st_mtime < time.time() - _FORGOTTEN_AFTER:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def remove_half_built(partial: Path) -> None:
    """The file, its log, and the folder into which DuckDB moved what the memory could not hold."""
    shutil.rmtree(f"{partial}.tmp", ignore_errors=True)
    for path in (partial.with_name(f"{partial.name}.wal"), partial):
        path.unlink(missing_ok=True)

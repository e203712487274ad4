"""LibreOffice for the tests: opens workbooks, computes every formula anew, writes them again."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

_SECONDS = 180
_RESULT = re.compile(rb"</f><v>[^<]*</v>")
_ROUND_TRIP = "xlsx:Calc MS Excel 2007 XML"


def recalculated(books: Sequence[Path], folder: Path) -> dict[str, Path]:
    """By name: the workbooks as LibreOffice writes them after it computed every formula, whose results it was not given.

    One run for all of them. Skips the test where there is no LibreOffice.
    """
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-calc")
    bare = [_without_results(book, folder / "bare" / book.name) for book in books]
    out, profile = folder / "computed", folder / "profile"
    command = [office, "--headless", f"-env:UserInstallation={profile.resolve().as_uri()}", "--convert-to", _ROUND_TRIP]
    subprocess.run([*command, "--outdir", out, *bare], check=True, capture_output=True, timeout=_SECONDS)
    return {book.name: out / book.name for book in books}


def _without_results(book: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w") as bare:
        for name in source.namelist():
            bare.writestr(name, _RESULT.sub(b"</f>", source.read(name)))
    return target

"""LibreOffice for the tests: opens files, computes every formula anew, writes them again or prints them."""

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
    bare = [_without_results(book, folder / "bare" / book.name) for book in books]
    out = _converted(bare, folder, _ROUND_TRIP)
    return {book.name: out / book.name for book in books}


def printed(files: Sequence[Path], folder: Path) -> dict[str, str]:
    """By name: the text of the pages that LibreOffice prints of documents and workbooks. One run for all of them."""
    out = _converted(files, folder, "pdf")
    return {file.name: _text(out / f"{file.stem}.pdf") for file in files}


def _text(pages: Path) -> str:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")
    return subprocess.run([reader, "-layout", pages, "-"], check=True, capture_output=True, text=True).stdout


def _converted(files: Sequence[Path], folder: Path, to: str) -> Path:
    """The folder with what LibreOffice made of the files."""
    office = shutil.which("soffice")
    if office is None or (shutil.which("lowriter") is None and any(file.suffix == ".docx" for file in files)):
        pytest.skip(
            "LibreOffice is not installed, or not all of it: apt-get install libreoffice-calc libreoffice-writer"
        )
    out, profile = folder / "computed", folder / "profile"
    command = [office, "--headless", f"-env:UserInstallation={profile.resolve().as_uri()}", "--convert-to", to]
    subprocess.run([*command, "--outdir", out, *files], check=True, capture_output=True, timeout=_SECONDS)
    return out


def _without_results(book: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w") as bare:
        for name in source.namelist():
            bare.writestr(name, _RESULT.sub(b"</f>", source.read(name)))
    return target

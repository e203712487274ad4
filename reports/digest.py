"""The weekly digest of tickets handled, to be pasted into a wiki or an e-mail (DMSU-M9)."""

from pathlib import Path

from reports.digest_html import digest_html
from reports.digest_markdown import digest_markdown
from reports.digest_week import digest_of
from reports.request import Report


def write_digest(report: Report, folder: Path) -> list[Path]:
    """The digest of a week as Markdown and as HTML. Returns the two files."""
    week = digest_of(report)
    files = [folder / f"{report.request.stem}.{end}" for end in ("md", "html")]
    for file, write in zip(files, (digest_markdown, digest_html), strict=True):
        file.write_text(write(report, week), encoding="utf-8", newline="\n")
    return files

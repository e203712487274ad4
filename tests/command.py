"""The command line as a user meets it: arguments in, exit code and both streams out."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli import main
from tests.desks import jira_issue
from tests.naive.history import Ticket


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


def arbiter(*arguments: str | Path) -> Outcome:
    """Run a command in this process; an exception that it lets through is a traceback that a user would see."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue())


def files_desk(folder: Path, *tickets: Ticket, profile: str = "desp", path: str = "issues.jsonl") -> Path:
    """A configuration with one desk that reads the tickets from a file beside it. Returns the configuration's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "issues.jsonl").write_bytes(b"".join(jira_issue(t) + b"\n" for t in tickets))
    return write_config(folder, f'name = "files"\nkind = "jira-files"\npath = "{path}"', profile)


def jira_desk(folder: Path, url: str, projects: list[str], profile: str = "desp", more: str = "") -> Path:
    """A configuration with one desk that pulls from a Jira. Returns the configuration's path."""
    source = f'name = "jira"\nkind = "jira"\nurl = "{url}"\nprojects = {json.dumps(projects)}\n{more}'
    return write_config(folder, source, profile)


def write_config(folder: Path, source: str, profile: str = "desp") -> Path:
    """A configuration with one desk, `desk`, and one source."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "arbiter.toml"
    config.write_text(f'[desk.desk]\nprofile = "{profile}"\n\n[[desk.desk.source]]\n{source}\n', encoding="utf-8")
    return config

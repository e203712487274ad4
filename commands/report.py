"""`arbiter report`: a report as files, as of the end of its period."""

from argparse import Namespace

from commands.desk import desk_of
from commands.output import print_json
from etl.config import need_folder
from launch.reporting import again, difference, publisher, report_request, wanted_report
from launch.terminal import Terminal
from metrics.errors import ConfigError
from reports.kinds import make_report
from reports.restatement_text import restatement_json, restatement_text
from sight.opening import DESK


def run(options: Namespace) -> None:
    """Make the report, or a frozen one again, and print its files; or print what became of a frozen one. Raises
    ConfigError for words that name no report, ArbiterError when the one that is wanted was not frozen."""
    desk, terminal = desk_of(options), Terminal()
    wanted = wanted_report(options.words)
    _need_use(wanted.of_frozen, options)
    roles = frozenset(options.role or DESK)
    request = report_request(desk, wanted.kind, wanted.period, options.as_of, roles, options.board)
    out = options.out or desk.folder / "reports"
    need_folder(out, "--out")
    if wanted.of_frozen == "diff":
        found = difference(desk, request, terminal)
        if options.json:
            print_json(restatement_json(found))
        else:
            print(restatement_text(found, request.profile))
        return
    entry = None
    if wanted.of_frozen:
        files = again(desk, request, out, terminal)
    else:
        files, entry = make_report(request, publisher(desk, terminal), out, terminal.count, options.freeze)
    if options.json:
        print_json(
            {"kind": wanted.kind, "period": wanted.period}
            | {"as_of": request.as_of, "files": files, "frozen": entry and entry.folder}
        )
    else:
        print("\n".join(map(str, [*files, *([entry.folder] if entry else [])])))


def _need_use(of_frozen: str, options: Namespace) -> None:
    if of_frozen and options.freeze:
        raise ConfigError(f"--freeze: `report {of_frozen}` freezes nothing; allowed: with a report that is made")
    if of_frozen == "diff" and options.out:
        raise ConfigError(
            "--out: `report diff` writes no files; allowed: with a report that is made, and `report again`"
        )

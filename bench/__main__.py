"""`python -m bench`: generate a desk, and print what it costs to land, publish, show and report it."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bench import landing, publishing, reports
from bench.child import alone, say
from bench.desk import AS_OF, fill
from bench.figures import Figure, table, write_json
from metrics.errors import ArbiterError

Figures = list[Figure]
_VERIFIED_UP_TO = 200_000
_REPORTED = 100_000  # tickets of the desk that a workbook is written of


def main(arguments: list[str] | None = None) -> int:
    """Runs every measure, one after the other; the exit code."""
    options = _parser().parse_args(arguments)
    if options.json and not options.json.parent.is_dir():
        print(f"bench: --json {options.json}: there is no folder {options.json.parent}", file=sys.stderr)
        return 2
    sections: dict[str, Figures] = {}
    try:
        with _folder(options.keep) as folder:
            for title, figures in _measures(folder, options):
                print(table(title, figures), flush=True)
                sections[title] = figures
    except (ArbiterError, OSError, duckdb.Error) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    about = {"tickets": options.tickets, "seed": options.seed, "cores": os.cpu_count(), "duckdb": duckdb.__version__}
    if options.json:
        write_json(options.json, about, sections)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--tickets", type=_positive, default=1_000_000, help="size of the desk (default 1000000)")
    parser.add_argument("--sample", type=_positive, default=100_000, help="issues to land as JSON (default 100000)")
    parser.add_argument("--changed", type=_positive, default=500, help="tickets in the update (default 500)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as JSON too")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the data in this folder")
    parser.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        help=f"compare the incremental mart with a full one, row for row (default: up to {_VERIFIED_UP_TO:,} tickets)",
    )
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: allowed is a whole number from 1")
    return int(text)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="arbiter-bench-") as name:
            yield Path(name)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        for name in ("sample.duckdb", "landed.duckdb", "plain.duckdb", "store.duckdb"):
            (keep / name).unlink(missing_ok=True)
        yield keep


def _measures(folder: Path, options: argparse.Namespace) -> Iterator[tuple[str, Figures]]:
    """Section by section, as soon as it is measured."""
    issues = min(options.sample, options.tickets)
    yield f"Landing of {issues:,} Jira issues", _landing(folder, issues, options.seed)
    store = folder / "store.duckdb"
    rows, _ = alone(fill, store, options.tickets, options.seed, say)
    desk = [Figure(name, count, "rows") for name, count in rows.items()]
    desk.append(Figure("store", store.stat().st_size / 2**20, "MiB"))
    yield f"A desk of {options.tickets:,} tickets (seed {options.seed})", desk
    full, figures = _full(store, folder / "mart")
    yield "Full publish", figures
    yield "Full publish, step by step", _steps(full)
    again, figures = _update(store, folder / "mart", options.changed, full)
    yield f"Update of {options.changed} tickets", figures
    yield "Incremental publish, step by step", _steps(again)
    if options.tickets <= _VERIFIED_UP_TO if options.verify is None else options.verify:
        yield "Incremental against full", _verified(store, folder, again)
    yield "All queries of a page (median of 5 views)", _pages(folder / "mart")
    reported = min(options.tickets, _REPORTED)
    yield f"Monthly report of a desk of {reported:,} tickets", _monthly(folder / "reported", reported, options.seed)


def _landing(folder: Path, issues: int, seed: int) -> Figures:
    sample, _ = alone(landing.write_sample, folder, issues, seed, say)
    say("landing: ours, a parser alone, the plain way")
    ours, peak = alone(landing.ours, sample, folder / "landed.duckdb")
    parse, _ = alone(landing.parse_only, sample)
    plain, plain_peak = alone(landing.json_and_arrow, sample, folder / "plain.duckdb")
    return [
        Figure("bytes an issue", sample.stat().st_size / issues, "bytes"),
        Figure("parsing alone, into typed structs (msgspec)", issues / parse, "issues/s"),
        Figure("json + Arrow tables, stored", issues / plain, "issues/s"),
        Figure("landing: parsed, compared, stored, committed", issues / ours, "issues/s"),
        Figure("landing against json + Arrow tables", plain / ours, "×", "aim ≥ 5"),
        Figure("landing against parsing alone", parse / ours, "×"),
        Figure("peak memory, landing", peak, "MiB"),
        Figure("peak memory, json + Arrow tables", plain_peak, "MiB"),
    ]


def _full(store: Path, mart_dir: Path) -> tuple[publishing.Build, Figures]:
    say("publish: one lead() over the change table")
    floor, _ = alone(publishing.floor, store)
    full, peak = alone(publishing.build, store, mart_dir, AS_OF, True)
    return full, [
        Figure("one lead() over the change table (median of 3)", floor, "s"),
        Figure("full publish", full.seconds, "s"),
        Figure("full publish against lead()", full.seconds / floor, "×", "aim ≤ 25"),
        Figure("mart", full.mart_mib, "MiB"),
        Figure("peak memory", peak, "MiB"),
    ]


def _update(store: Path, mart_dir: Path, changed: int, full: publishing.Build) -> tuple[publishing.Build, Figures]:
    say(f"update: {changed} tickets")
    landed, _ = alone(publishing.update, store, changed)
    again, peak = alone(publishing.build, store, mart_dir, publishing.LATER, False)
    return again, [
        Figure("landing the changed tickets", landed, "s"),
        Figure("incremental publish", again.seconds, "s"),
        Figure("tickets recomputed (changed or not closed)", again.recomputed, "tickets"),
        Figure("incremental publish, as a share of a full one", again.seconds / full.seconds, "×", "aim ≤ 0.1"),
        Figure("both, as a share of a full publish", (landed + again.seconds) / full.seconds, "×"),
        Figure("mart", again.mart_mib, "MiB"),
        Figure("peak memory", peak, "MiB"),
    ]


def _steps(build: publishing.Build) -> Figures:
    return [Figure(name, seconds, "s") for name, seconds in build.steps.items()]


def _verified(store: Path, folder: Path, again: publishing.Build) -> Figures:
    say("update: comparing with a full publish")
    whole, _ = alone(publishing.build, store, folder / "mart", publishing.LATER, True, folder / "whole.duckdb")
    differing, _ = alone(publishing.differing_rows, again.mart, whole.mart)
    return [Figure(f"rows of {name} that only one has", rows, "rows", "aim 0") for name, rows in differing.items()]


def _pages(mart_dir: Path) -> Figures:
    from bench import pages  # streamlit and pandas, which the other measures should not have in their memory

    say("pages: the queries of each")
    asked, _ = alone(pages.page_queries, mart_dir, {})
    filtered, _ = alone(pages.page_queries, mart_dir, {"project": ["DSD", "DSP"], "priority": ["Critical"]})
    return [
        Figure(name, found[title], "ms", _aim(title, found[title]))
        for title in asked
        for name, found in ((title, asked), (f"{title}, two projects and a priority chosen", filtered))
    ]


def _aim(title: str, milliseconds: float) -> str:
    """What the page's queries should take, and by how much they do not."""
    aim = 100 if title == "Overview" else 300
    return f"aim ≤ {aim}" + (f": {milliseconds - aim:,.0f} ms over" if milliseconds > aim else "")


def _monthly(folder: Path, tickets: int, seed: int) -> Figures:
    folder.mkdir(exist_ok=True)
    store = folder / "store.duckdb"
    store.unlink(missing_ok=True)
    alone(fill, store, tickets, seed, say)
    built, _ = alone(publishing.build, store, folder / "mart", AS_OF, True)
    say("reports: the monthly workbook")
    (seconds, size), peak = alone(reports.monthly, built.mart, folder)
    return [
        Figure("from an open mart to the file", seconds, "s"),
        Figure("file", size, "MiB"),
        Figure("peak memory", peak, "MiB"),
    ]


if __name__ == "__main__":
    sys.exit(main())

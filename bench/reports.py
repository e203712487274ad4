"""The monthly report, from an open mart to the file."""

import time
from pathlib import Path

from bench.desk import AS_OF
from profiles import load_profile
from reports.kinds import written
from reports.period import last_ended
from reports.request import ReportRequest, reading


def monthly(mart: Path, folder: Path) -> tuple[float, float]:
    """Seconds that it takes to write the last whole month, and the MiB of the file."""
    profile = load_profile("desp")
    period = last_ended("month", AS_OF, profile.zone)
    request = ReportRequest("bench", folder, profile, "monthly", period, AS_OF)
    started = time.perf_counter()
    with reading(request, mart, lambda label, done, total: None) as report:
        [path] = written(report, folder)
    return time.perf_counter() - started, path.stat().st_size / 2**20

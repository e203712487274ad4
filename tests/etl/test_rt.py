"""Request Tracker: pulled over REST 2 from a real one, with histories that RT itself wrote."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.command import Outcome, arbiter, write_config
from tests.rt_cases import QUEUE, Cases
from tests.rt_site import ALL_RIGHTS, PASSWORD, RtSite, rt_site, why_no_rt

pytestmark = pytest.mark.skipif(why_no_rt() is not None, reason=why_no_rt() or "")

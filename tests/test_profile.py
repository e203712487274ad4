"""Profiles: those that come with Arbiter are valid; every mistake is named: file, key, value, what is allowed."""

from datetime import date
from pathlib import Path

import pytest

from metrics.errors import ConfigError
from metrics.profile import Profile, parse_profile
from profiles import load_profile, profile_names

SMALL = """
name = "small"
title = "A small desk"
calendar = { zone = "UTC", nwd_hours = 8, hours = [{ days = ["Mon"], opens = "09:00", closes = "17:00" }] }
project.AB = { types = ["Bug"] }
status = [{ name = "Open", phase = "new" }, { name = "Done", phase = "end", kind = "closed", aliases = ["Fixed"] }]
clock.resolution = { rule = "R1" }
"""
_LAST = "clock.resolution = "


def mistakes(text: str) -> list[str]:
    """The lines of the ConfigError that the text is answered with."""
    with pytest.raises(ConfigError) as caught:
        parse_profile(text, "my.toml")
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


@pytest.mark.parametrize("name", profile_names())
def test_profiles_that_come_with_it_load(name: str) -> None:
    assert load_profile(name).name == name


def test_the_small_one_is_valid() -> None:
    profile = parse_profile(SMALL, "my.toml")
    assert (profile.nwd_seconds, profile.seconds("0.5 NWD"), profile.seconds("2 NWH")) == (28_800, 14_400, 7_200)
    assert [s and s.name for s in map(profile.status_named, (" DONE", "fi-xed", "fixed", None))] == [
        "Done",
        None,
        "Done",
        None,
    ]


def test_every_mistake_at_once() -> None:
    wrong = SMALL.replace('"UTC"', '"Mars/Base"').replace('"17:00"', '"25:00"').replace('"closed"', '"shut"')
    lines = mistakes(wrong + 'colour = "red"\n[[goal]]\nclock = "resolution"\nrule = "R1"\nwithin = "2 days"\n')
    assert lines == [
        "my.toml: calendar.zone: not a time zone; allowed is an IANA name such as Europe/Rome (is 'Mars/Base')",
        "my.toml: calendar.hours.0.closes: not a time of day; allowed is HH:MM from 00:00 to 24:00 (is '25:00')",
        "my.toml: status \"Done\".kind: allowed: 'active', 'waiting', 'resolved' or 'closed' (is 'shut')",
        "my.toml: goal.0.within: not a working duration; allowed is a number up to 10000 and a unit, such as 2 NWH "
        "or 0.5 NWD (is '2 days')",
        "my.toml: colour: unknown key; allowed: name, title, document, calendar, hours, group, project, status, workflow, "
        "field, priorities, clock, goal, priority_channel, line, ola, stage, follow_up, step, major, satisfaction, people, "
        "link, chain, finding, board, lights, choice",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ('rule = "R1"', 'rule = "R1", start = ["Doing"]', ["clock.resolution.start", "'Doing'", "allowed: Open, Done"]),
        ('rule = "R1"', 'rule = "R1", projects = ["XY"]', ["clock.resolution.projects", "'XY'", "allowed: AB"]),
        ('["Bug"]', '["Bug"], workflow = "flow"', ["project.AB.workflow", "'flow'", "allowed: none"]),
        ('["Fixed"]', '["OPEN"]', ["status.Done", "'OPEN'", "already names 'Open'"]),
        ('opens = "09:00"', 'opens = "09:00+05:00"', ["calendar.hours.0.opens", "allowed is HH:MM"]),
        ('closes = "17:00"', 'closes = "17:00:59"', ["calendar.hours.0.closes", "allowed is HH:MM"]),
        ('closes = "17:00"', 'closes = "08:00"', ["calendar.hours.0", "closes must lie after opens"]),
        ('zone = "UTC"', 'zone = "UTC", country = "XX"', ["calendar", "'XX'", "ISO 3166"]),
        ('days = ["Mon"]', 'days = ["Monday"]', ["calendar.hours.0.days.0", "'Monday'", "'Mon'"]),
        ("nwd_hours = 8", "nwd_hours = 0", ["calendar.nwd_hours", "greater than 0", "(is 0)"]),
        ("clock.resolution", "clock.repair", ["clock.repair: unknown key; allowed: 'first_response', "]),
        ('title = "A small desk"', "", ["title: missing key"]),
        (
            "nwd_hours = 8, hours = [{ days",
            'nwd_hours = 8, hours = [{ colour = "red", days',
            ["calendar.hours.0.colour: unknown key; allowed: valid_from, valid_to, days, opens, closes"],
        ),
        ('kind = "closed"', 'kind = "closed", nam = "x"', ['status "Done".nam: unknown key; allowed: name, phase, ']),
        (_LAST, 'link = "clones"\n' + _LAST, ["link: allowed: a table (is 'clones')"]),
        (_LAST, 'line = [{ name = "A", phases = ["end"] }]\n' + _LAST, ["line.A.phases", "'end'", "allowed: new"]),
        (
            _LAST,
            'line = [{ name = "A", phases = ["new"] }, { name = "B", phases = ["new"] }]\n' + _LAST,
            ["line.phases", "'new' stands twice", "allowed is once"],
        ),
        (
            _LAST,
            'line = [{ name = "A", phases = ["new"], unit = "provider", units = ["X"] }, '
            '{ name = "B", phases = ["new"], unit = "provider", units = ["x"] }]\n' + _LAST,
            ["line.units", "'x' stands twice in lines of the phase 'new'"],
        ),
        (
            _LAST,
            'line = [{ name = "A", phases = ["new"], units = ["X"] }]\n' + _LAST,
            ["line.A.units", "allowed with `unit`"],
        ),
        (
            _LAST,
            'line = [{ name = "A", phases = ["new"], unit = "team" }]\n' + _LAST,
            ['line "A".unit', "'provider'", "'team'"],
        ),
        (_LAST, 'ola = [{ line = "A", within = "2 NWH" }]\n' + _LAST, ["ola.line", "'A' is no line", "allowed: none"]),
        (
            _LAST,
            'line = [{ name = "A", phases = ["new"] }]\nola = [{ line = "A", unit = "X", within = "2 NWH" }]\n' + _LAST,
            ["ola.unit", "'X'", "the line 'A' has no units"],
        ),
        (
            _LAST,
            'goal = [{ clock = "resolution", rule = "R1", within = "99999999999999999999 NWD" }]\n' + _LAST,
            ["goal.0.within", "allowed is a number up to 10000 and a unit", "(is '99999999999999999999 NWD')"],
        ),
        (
            _LAST,
            'priorities = ["Blocking", "blocking", "Critical"]\n' + _LAST,
            ["priorities", "'blocking' stands twice", "allowed is once"],
        ),
        (
            _LAST,
            'follow_up = { on_hold = ["Parked"] }\n' + _LAST,
            ["follow_up.on_hold", "'Parked'", "allowed: Open, Done"],
        ),
    ],
)
def test_a_mistake_names_key_value_and_what_is_allowed(old: str, new: str, parts: list[str]) -> None:
    assert old in SMALL
    [line] = mistakes(SMALL.replace(old, new))
    assert line.startswith("my.toml: ")
    assert [part for part in parts if part not in line] == []


def test_a_finding_that_lacks_what_its_rule_reads() -> None:
    finding = '[finding.F6]\ntitle = "T"\nsection = "S"\nsays = "W"\n'
    assert mistakes(SMALL + finding + 'in_status = ["Doing"]\nscores = [1]\n') == [
        "my.toml: (whole file): finding.F6.in_status: 'Doing' is no status of this profile; allowed: Open, Done; "
        "finding.F6: days is missing; this rule reads days, in_status; "
        "finding.F6: scores has no meaning here; this rule reads days, in_status"
    ]
    [line] = mistakes(SMALL + finding.replace("F6", "F13"))
    assert line.startswith("my.toml: finding.F13: unknown key; allowed: 'F1', 'F2'")
    [line] = mistakes(SMALL + finding.replace("F6", "F4") + 'projects = ["XY"]\n')
    assert "finding.F4.projects: 'XY' is no project of this profile; allowed: AB" in line
    assert "finding.F4: needs priorities, the highest first" in line


def test_dates_in_the_wrong_order() -> None:
    goal = '[[goal]]\nclock = "resolution"\nrule = "R"\nwithin = "2 NWH"\n'
    goal += "valid_from = 2026-02-01\nvalid_to = 2026-01-01\n"
    [line] = mistakes(SMALL + goal)
    assert line.startswith("my.toml: goal.0: valid_to must lie after valid_from")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("valid_to = 2026-02-01", "valid_from = 2026-03-01", "gap: edition 0 has valid_to 2026-02-01, edition 1 "),
        ("valid_to = 2026-03-01", "valid_from = 2026-02-01", "overlap: edition 0 has valid_to 2026-03-01, edition 1 "),
        (
            "",
            "valid_from = 2026-02-01",
            "overlap: edition 0 has valid_to none, edition 1 valid_from 2026-02-01; allowed ",
        ),
        (
            "valid_to = 2026-02-01",
            "",
            "overlap: edition 0 has valid_to 2026-02-01, edition 1 valid_from none; allowed ",
        ),
        ("valid_from = 2025-01-01\nvalid_to = 2026-02-01", "valid_from = 2026-02-01", "gap: the first edition has no "),
        ("valid_to = 2026-02-01", "valid_from = 2026-02-01\nvalid_to = 2026-03-01", "gap: the first edition has no "),
    ],
)
def test_editions_of_a_workflow_follow_each_other(first: str, second: str, said: str) -> None:
    edition = '[[workflow.flow]]\ncreated = ["Open"]\nmoves = { Open = ["Done"] }\n'
    [line] = mistakes(f"{SMALL}\n{edition}{first}\n{edition}{second}\n")
    assert line.startswith(f"my.toml: workflow.flow: {said}")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (', { days = ["Mon"], opens = "10:00", closes = "16:00" }', "hours: overlap at first on Mon; allowed: one "),
        (
            ', { days = ["Mon"], opens = "10:00", closes = "16:00", valid_from = 2026-02-01 }',
            "hours: overlap from 2026-02-01 on on Mon; allowed: one opening a day",
        ),
        (', valid_to = 2026-02-01 }, { days = ["Tue"], opens = "10:00", closes = "16:00", valid_from = 2026-02-02',
         "hours: gap from 2026-02-01 on; allowed: hours in force at any time"),
        (", valid_from = 2026-02-01", "hours: gap at first; allowed: hours in force at any time"),
    ],
)  # fmt: skip
def test_opening_hours_neither_overlap_nor_leave_a_gap(more: str, said: str) -> None:
    old = 'closes = "17:00" }'
    new = old + more if more.startswith(", {") else old.replace(" }", more + " }")
    [line] = mistakes(SMALL.replace(old, new))
    assert line.startswith(f"my.toml: calendar: {said}")


def test_no_toml_no_file_no_such_name(tmp_path: Path) -> None:
    assert mistakes("name =") == ["my.toml: not valid TOML: Invalid value (at end of document)"]
    with pytest.raises(ConfigError, match=r"nothing.toml: there is no such profile file$"):
        load_profile("nothing.toml", tmp_path)
    with pytest.raises(ConfigError, match=r"profile 'dsep' is unknown; allowed: desp, "):
        load_profile("dsep")


def test_a_profile_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SMALL, encoding="utf-8")
    own = load_profile("own.toml", tmp_path)
    assert (own.name, own.project_for("AB") is None, own.project_for("XY")) == ("small", False, None)
    assert own.content_hash != load_profile("desp").content_hash
    assert own.content_hash == parse_profile(SMALL, "elsewhere").content_hash


def test_the_desp_profile_holds_the_procedure() -> None:
    desp = load_profile("desp")
    assert list(desp.project) == ["DSD", "DSP", "DPM", "DEMS", "DCMS", "DSEC", "DC"]
    assert [p for p in desp.project if desp.project[p].restricted] == ["DSEC"]
    assert [(g.clock, g.rule, g.within, [a.after for a in g.alerts]) for g in desp.goal] == [
        ("first_response", "AMP-G3", "2 NWH", ["1 NWH"]),
        ("first_response", "AMP-G1", "0.5 NWD", ["2 NWH", "3 NWH"]),
        ("resolution", "AMP-G3", "2.5 NWD", ["6 NWH", "12 NWH", "18 NWH"]),
        ("resolution", "AMP-G2", "5 NWD", ["2 NWD", "3 NWD", "4 NWD"]),
    ]
    assert desp.workflow["dsd"][0].moves["DONE"] == ["TO DO", "DELEGATED", "CLOSED"]
    assert date(2026, 10, 4) not in desp.calendar.open_days


def test_figures_of_the_source_are_named_after_their_clock() -> None:
    """A field of kind `sla` is one of a clock, and the other way round."""
    allowed = (
        "allowed: sla for a clock (first_response, first_human_response, update, resolution, closure), and only there"
    )
    field = "[field.{}]\nnames = 'Time to resolution'\nkind = '{}'\n"
    assert parse_profile(SMALL + field.format("resolution", "sla"), "my.toml").field["resolution"].kind == "sla"
    [wrong_kind] = mistakes(SMALL + field.format("resolution", "number"))
    assert f"field.resolution.kind: is 'number'; {allowed}" in wrong_kind
    [no_clock] = mistakes(SMALL + field.format("eta", "sla"))
    assert f"field.eta.kind: is 'sla'; {allowed}" in no_clock


def test_a_project_is_hidden_from_some_by_name_and_from_all_by_being_restricted() -> None:
    most = 'project.AB = { types = ["Bug"], hidden_from = ["esa", "arb", "service_manager"] }'
    [said] = mistakes(SMALL.replace('project.AB = { types = ["Bug"] }', most))
    assert "hides the project from all but security; allowed: restricted = true" in said
    for hidden in ('hidden_from = ["esa"]', "restricted = true"):
        [said] = mistakes(SMALL.replace('project.AB = { types = ["Bug"] }', f'project."*" = {{ {hidden} }}'))
        assert f"project.*.{hidden.split()[0]}: hides no project by name" in said


def test_a_status_stands_once() -> None:
    [said] = mistakes(SMALL.replace("status = [", 'status = [{ name = "Open", phase = "end", kind = "closed" }, '))
    assert "status.Open: stands twice; allowed is once" in said


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_that_was_kept_reads_back_the_same(name: str) -> None:
    """As the archive keeps it beside a frozen report."""
    profile = load_profile(name)
    assert Profile.model_validate_json(profile.model_dump_json(exclude_unset=True)) == profile

"""The little JQL of the simulated Jira."""

import pytest

from demo.jql import JqlError, parse


def test_a_pull() -> None:
    query = parse('project in (DSD, "DSP") AND updated >= 1760000000000 ORDER BY updated ASC, id ASC')
    assert query.projects == ("DSD", "DSP")
    assert query.bounds == (("updated", ">=", 1760000000000),)
    assert query.order == (("updated", False), ("id", False))
    assert query.bounded


def test_ids_and_keys() -> None:
    assert parse("id in (1,2)").ids == {"1", "2"}
    assert parse("issuekey = DSD-1 order by key desc").keys == {"DSD-1"}
    assert not parse("order by created").bounded


@pytest.mark.parametrize(
    "text",
    [
        "updated >= '2026-10-01 10:00'",  # means another instant in every time zone
        "assignee = me",
        "project like DSD",
        "project in (DSD) order by rank",
        "updated in (1)",
    ],
)
def test_what_it_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(JqlError):
        parse(text)

"""Where the time goes, as its reader uses it: who held the wait, and then which chain, which ticket."""

from playwright.sync_api import expect

from tests.pages.conftest import Dashboard
from tests.pages.small_mart import PLANTED
from tests.pages.visit import Visit, drawer, exported, settled


def test_from_the_share_of_a_part_to_its_tickets(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("told", "chains", service="Data Lake"))
    tile = page.locator(".st-key-figure-held-user button").first
    expect(tile).to_contain_text("27.8 %")  # 20 of 72 h
    expect(tile).to_contain_text("20 h a chain")
    tile.click()
    expect(drawer(page)).to_contain_text("Chains closed: time of user, all months shown: 1 row")
    (row,) = exported(page, "behind")
    assert (row["Ticket"], row["User (hours)"], row["Wait, elapsed (hours)"]) == ("DSD-1", "20.0", "72.0")


def test_a_clone_leads_to_its_chain_with_parts_and_members(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("told", "chains"))
    page.get_by_role("textbox", name="Chain").fill("dsp-11")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.get_by_text("DSD-1 · 2 tickets · closed · waited 3 d, of it 3 NWD working time")).to_be_visible()
    assert "chain=dsp-11" in page.url
    parts = {r["Held by"]: (r["Elapsed (hours)"], r["Working (working hours)"]) for r in exported(page, "parts-0")}
    assert parts == {
        "service desk": ("2.0", "2.0"), "provider": ("10.0", "10.0"), "to be passed on": ("19.0", "3.0"),
        "user": ("20.0", "4.0"), "confirmation": ("21.0", "5.0"),
    }  # fmt: skip
    assert [r["Ticket"] for r in exported(page, "members-0")] == ["DSD-1", "DSP-11"]


def test_the_longest_wait_is_first_in_working_time_too(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(
        dashboard.address("told", "chains", project="DSD", time="working", chains="closed in these months")
    )
    waits = [(r["Ticket"], float(r["Wait (working hours)"])) for r in exported(page, "longest")]
    assert len(waits) == 7 and waits == sorted(waits, key=lambda wait: -wait[1])
    assert ("DSD-1", 24.0) in waits


def test_a_hidden_member_is_time_and_no_word(dashboard: Dashboard, visit: Visit) -> None:
    page = visit.open(dashboard.address("told", "chains", chain="DSD-2"))
    expect(page.get_by_text("DSD-2 · 2 tickets · not closed yet")).to_be_visible()
    expect(page.get_by_text("Restricted tickets of the chain are counted in its time")).to_be_visible()
    visit.open(dashboard.address("told", "chains", show="waiting", chain="DSEC-41"))
    assert [word for word in (PLANTED, "DSEC-41 ·") if visit.saw(word)] == []

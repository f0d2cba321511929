"""From "Schedule interview" to a cancellation, with the invitations that people really got."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import StorageState, expect

from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.browser.interviews import walk
from tests.browser.interviews.walk import GROUP, KIM, PRIYA, ROOM, ROSA, SAM, SCHEDULED

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("record")]


def test_group_calendar_with_teams_tells_everybody_once(
    demo: RunningDemo, open_page: OpenPage, member: StorageState
) -> None:
    page = open_page(signed_in=member)
    walk.open_step_one(page, demo)
    walk.choose(page, "Panel", "Kim Lund")
    walk.choose(page, "Panel", "Sam Reed")
    page.get_by_label("Room for the panel").select_option("Aurora, Harbour House")
    page.get_by_label("time zone").fill("Buenos Aires")
    walk.connect(page)
    panel = page.get_by_role("group", name="Panel")
    expect(panel.get_by_label("Kim Lund", exact=True)).to_be_checked()
    expect(panel.get_by_label("Sam Reed", exact=True)).to_be_checked()

    walk.check(page, "20:00")
    expect(walk.main(page)).to_contain_text("Recruiting, set up by Priya Kaur")
    walk.press(page, "Send 4 invitations")
    walk.wait(page, SCHEDULED)
    expect(page.get_by_role("link", name="Join")).to_be_visible()
    invitations = demo.control("GET", "invitations")["value"]
    assert {each["organizerAddress"] for each in invitations} == {GROUP}
    [link] = {each["joinUrl"] for each in walk.mails(demo)}
    assert link
    assert walk.told(demo) == walk.once("request", ROSA, KIM, SAM, ROOM)
    demo.control("DELETE", "invitations")

    walk.move(page, "21:30")
    walk.wait(page, SCHEDULED)
    moved = demo.control("GET", "invitations")["value"]
    starts = {datetime.fromisoformat(each["startsAt"]).astimezone(UTC).time() for each in moved}
    assert [each.isoformat("minutes") for each in starts] == ["21:30"]
    assert {each["joinUrl"] for each in moved} == {link}
    assert walk.told(demo) == walk.once("update", ROSA, KIM, SAM, ROOM)
    demo.control("DELETE", "invitations")

    walk.cancel(page, "See you next month.")
    walk.wait(page, "This interview is cancelled")
    expect(walk.main(page)).not_to_contain_text("Not told yet")
    comments = {each["address"]: each["comment"] for each in walk.mails(demo)}
    assert comments == {ROSA: "See you next month.", KIM: "", SAM: "", ROOM: ""}
    assert walk.told(demo) == walk.once("cancel", ROSA, KIM, SAM, ROOM)
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text("Interview was cancelled")


def test_own_calendar_with_two_events_tells_everybody_once(
    demo: RunningDemo, open_page: OpenPage, member: StorageState
) -> None:
    page = open_page(signed_in=member, is_phone=True, javascript=False)
    walk.plan_two_events(page, demo, "19:00")
    walk.press(page, "Send 2 invitations")
    walk.wait(page, SCHEDULED, by_reloading=True)
    interview_url = page.url
    assert walk.told(demo) == walk.once("request", ROSA, KIM)
    [link] = {each["joinUrl"] for each in walk.mails(demo)}
    assert {each["organizerAddress"] for each in walk.mails(demo)} == {PRIYA}

    page.goto(f"{demo.sandbox}/outlook/outside/{ROSA}")
    page.get_by_role("button", name="Accept").first.click()
    expect(page.locator("body")).to_contain_text("Answered.")
    assert walk.told(demo)["accepted", PRIYA] == 1
    demo.control("DELETE", "invitations")

    page.goto(interview_url)
    walk.move(page, "20:30")
    walk.wait(page, SCHEDULED, by_reloading=True)
    assert walk.told(demo) == walk.once("update", ROSA, KIM)
    assert {each["joinUrl"] for each in walk.mails(demo)} == {link}
    demo.control("DELETE", "invitations")

    walk.cancel(page, "We will write to you.")
    walk.wait(page, "This interview is cancelled", by_reloading=True)
    comments = {each["address"]: each["comment"] for each in walk.mails(demo)}
    assert comments == {ROSA: "We will write to you.", KIM: ""}
    assert walk.told(demo) == walk.once("cancel", ROSA, KIM)

"""From "Schedule interview" to a cancellation, with the invitations that people really got."""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from portal.storage.sqlite_rows import SqliteRows
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.support import builders

pytestmark = pytest.mark.browser
APPROVED = [
    "User.Read",
    "Mail.Read",
    "Group.ReadWrite.All",
    "Calendars.ReadWrite",
    "OnlineMeetings.ReadWrite",
]
CONNECT = "Connect Microsoft 365 to organize"
ROSA, KIM, SAM, PRIYA = (
    "rosa.ortega@mail.example",
    "kim@northwind.example",
    "sam@northwind.example",
    "priya@northwind.example",
)
ROOM = "room-aurora@northwind.example"
AURORA: dict[str, builders.Value] = {
    "id": "aurora",
    "address": ROOM,
    "name": "Aurora",
    "building": "Harbour House",
    "floor": "",
    "equipment": "[]",
    "found_at": datetime(2026, 1, 1, tzinfo=UTC),
}
GROUP = "recruiting@northwind.example"
SCHEDULED = "This interview is scheduled"


@pytest.fixture(scope="module")
def priya(demo: RunningDemo, browser: Browser) -> StorageState:
    """Priya, a member of a group with a calendar. Microsoft's administrator approved everything."""
    demo.control("POST", "consent", scopes=APPROVED)
    _add_panel_and_calendar(demo)
    context = browser.new_context()
    page = context.new_page()
    steps.sign_in(page, demo)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(autouse=True)
def empty_record(demo: RunningDemo) -> None:
    demo.control("DELETE", "invitations")


def _add_panel_and_calendar(demo: RunningDemo) -> None:
    groups = demo.control("GET", "groups")["value"]
    group_id = next(each["id"] for each in groups if each["displayName"] == "Recruiting")
    rows = SqliteRows(demo.environment.folder / "portal.db")
    builders.user(rows, "Sam Reed", address=SAM)
    builders.insert(rows, "rooms", AURORA)
    builders.group_calendar(rows, "Recruiting", group_id=group_id, is_default=1)
    rows.close()


def told(demo: RunningDemo) -> Counter[tuple[str, str]]:
    """The mail of meetings that each person got, group copies left out."""
    found = demo.control("GET", "invitations")["value"]
    return Counter((each["kind"], each["address"]) for each in found if is_told(each))


def is_told(mail: dict[str, Any]) -> bool:
    """Whether a person or room was told. Members' copies and the room's own answer are not that."""
    return bool(mail["via"] == "attendee" and mail["sender"] != ROOM)


def once(kind: str, *people: str) -> Counter[tuple[str, str]]:
    return Counter((kind, each) for each in people)


def test_group_calendar_with_teams_tells_everybody_once(
    demo: RunningDemo, open_page: OpenPage, priya: StorageState
) -> None:
    page = open_page(signed_in=priya)
    _open_step_one(page, demo)
    _choose(page, "Panel", "Kim Lund")
    _choose(page, "Panel", "Sam Reed")
    page.get_by_label("Room for the panel").select_option("Aurora, Harbour House")
    page.get_by_label("time zone").select_option("America/Argentina/Buenos_Aires")
    _connect(page)
    expect(_panel(page).get_by_label("Kim Lund", exact=True)).to_be_checked()
    expect(_panel(page).get_by_label("Sam Reed", exact=True)).to_be_checked()

    _check(page, "20:00")
    expect(_main(page)).to_contain_text("Recruiting, set up by Priya Kaur")
    _press(page, "Send 4 invitations")
    _wait(page, SCHEDULED)
    expect(page.get_by_role("link", name="Join")).to_be_visible()
    invitations = demo.control("GET", "invitations")["value"]
    assert {each["organizerAddress"] for each in invitations} == {GROUP}
    [link] = {each["joinUrl"] for each in invitations if is_told(each)}
    assert link
    assert told(demo) == once("request", ROSA, KIM, SAM, ROOM)
    demo.control("DELETE", "invitations")

    page.get_by_role("link", name="Reschedule").click()
    _type_start(page, "21:30")
    _press(page, "Next: check the change")
    expect(_main(page)).to_contain_text("get one update with the new time")
    _override_if_asked(page)
    _press(page, "Make the change and tell them")
    _wait(page, SCHEDULED)
    moved = demo.control("GET", "invitations")["value"]
    starts = {datetime.fromisoformat(each["startsAt"]).astimezone(UTC).time() for each in moved}
    assert [each.isoformat("minutes") for each in starts] == ["21:30"]
    assert {each["joinUrl"] for each in moved} == {link}
    assert told(demo) == once("update", ROSA, KIM, SAM, ROOM)
    demo.control("DELETE", "invitations")

    page.get_by_role("link", name="Cancel interview").click()
    page.get_by_label("A few words to the candidate").fill("See you next month.")
    _press(page, "Cancel and tell everybody")
    _wait(page, "This interview is cancelled")
    expect(_main(page)).not_to_contain_text("Not told yet")
    mails = demo.control("GET", "invitations")["value"]
    comments = {each["address"]: each["comment"] for each in mails if is_told(each)}
    assert comments == {ROSA: "See you next month.", KIM: "", SAM: "", ROOM: ""}
    assert told(demo) == once("cancel", ROSA, KIM, SAM, ROOM)
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text("Interview was cancelled")


def test_own_calendar_warns_of_two_events(
    demo: RunningDemo, open_page: OpenPage, priya: StorageState
) -> None:
    page = open_page(signed_in=priya, is_phone=True, javascript=False)
    _open_step_one(page, demo)
    if page.get_by_role("button", name=CONNECT).count():
        _connect(page)
    page.get_by_label(re.compile("own calendar")).check()
    _choose(page, "Panel", "Priya Kaur")
    _choose(page, "Panel", "Kim Lund")
    _check(page, "19:00")
    expect(_main(page)).to_contain_text("Priya will see two events")
    _press(page, "Send 2 invitations")
    _wait(page, SCHEDULED, by_reloading=True)
    assert told(demo) == once("request", ROSA, KIM)

    page.goto(f"{demo.sandbox}/outlook/outside/{ROSA}")
    page.get_by_role("button", name="Accept").first.click()
    expect(page.locator("body")).to_contain_text("Answered.")
    assert told(demo)["accepted", PRIYA] == 1


def _open_step_one(page: Page, demo: RunningDemo) -> None:
    steps.open_candidate(page, demo)
    page.get_by_role("link", name="Schedule interview").click()
    expect(steps.heading(page)).to_have_text("Schedule an interview with Rosa")


def _connect(page: Page) -> None:
    """Connect from step 1, which comes back with what was chosen."""
    _press(page, CONNECT)
    steps.go_on_to_microsoft(page)
    steps.agree_if_asked(page)
    expect(steps.heading(page)).to_have_text("Schedule an interview with Rosa")


def _check(page: Page, clock: str) -> None:
    """Priya organizes. Lead to step 2, and tick the box if somebody is busy."""
    _type_start(page, clock)
    _choose(page, "Organizer", "Priya Kaur (you)")
    _press(page, "Next: check and send")
    expect(steps.heading(page)).to_have_text("Check and send")
    _override_if_asked(page)


def _type_start(page: Page, clock: str) -> None:
    page.get_by_label("Another start on").fill(clock)
    _press(page, "Use this start")


def _override_if_asked(page: Page) -> None:
    again = page.get_by_label(re.compile("although somebody is busy"))
    if again.count():
        again.check()


def _choose(page: Page, group: str, name: str) -> None:
    page.get_by_role("group", name=group).get_by_label(name, exact=True).check()


def _panel(page: Page) -> Locator:
    return page.get_by_role("group", name="Panel")


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _main(page: Page) -> Locator:
    return page.get_by_role("main")


def _wait(page: Page, sentence: str, *, by_reloading: bool = False) -> None:
    """Wait for the worker. The page of an interview follows it automatically."""
    if by_reloading:
        steps.reload_until(page, _main(page), sentence)
    expect(_main(page)).to_contain_text(sentence, timeout=steps.FIRST_SYNC_MS)

"""The ways out of two events, each until its invitations are there, and "Send" more than once."""

import re

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser import keyboard, steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.browser.interviews import walk
from tests.browser.interviews.walk import GROUP, KIM, PRIYA, ROSA, SCHEDULED

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("record")]
ALEX = "alex@northwind.example"
SEND = re.compile("^Send . invitations$")


@pytest.fixture(scope="module")
def priya(demo: RunningDemo, member: StorageState, browser: Browser) -> StorageState:
    """Priya is connected. Alex is too, and on no panel."""
    context = browser.new_context()
    page = context.new_page()
    steps.sign_in(page, demo, "Alex Berg")
    walk.open_step_one(page, demo)
    walk.connect(page)
    context.close()
    return member


@pytest.fixture
def page(open_page: OpenPage, priya: StorageState) -> Page:
    return open_page(signed_in=priya)


def test_group_calendar_takes_the_second_event_away(demo: RunningDemo, page: Page) -> None:
    walk.plan_two_events(page, demo, "18:00")
    _apply(page, "Use Recruiting's calendar")
    expect(walk.main(page)).to_contain_text("Recruiting, set up by Priya Kaur")
    _send(page)

    assert walk.told(demo) == walk.once("request", ROSA, KIM, PRIYA)
    assert {each["organizerAddress"] for each in walk.mails(demo)} == {GROUP}


def test_another_organizer_takes_the_second_event_away(demo: RunningDemo, page: Page) -> None:
    walk.plan_two_events(page, demo, "19:00")
    _apply(page, "Let Alex organize")
    expect(walk.main(page)).to_contain_text("Alex Berg")
    _send(page)

    assert walk.told(demo) == walk.once("request", ROSA, KIM, PRIYA)
    assert {each["organizerAddress"] for each in walk.mails(demo)} == {ALEX}


def test_one_event_takes_the_second_event_away(demo: RunningDemo, page: Page) -> None:
    walk.plan_two_events(page, demo, "20:00")
    _apply(page, "One event for everyone")
    _send(page)

    assert walk.told(demo) == walk.once("request", ROSA, KIM)
    assert len({each["icalUid"] for each in walk.mails(demo)}) == 1


def test_send_twice_and_in_two_tabs_makes_one_interview(demo: RunningDemo, page: Page) -> None:
    walk.plan_two_events(page, demo, "21:00")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Show what changes").click(modifiers=["ControlOrMeta"])
    second = opened.value
    expect(steps.heading(second)).to_have_text("Check and send")

    page.get_by_role("button", name=SEND).dblclick()
    page.wait_for_url(f"{demo.portal}/interviews/*")
    second.get_by_role("button", name=SEND).click()
    second.wait_for_url(page.url)
    walk.wait(page, SCHEDULED)
    assert walk.told(demo) == walk.once("request", ROSA, KIM)


def test_step_two_is_sent_by_keyboard_alone(demo: RunningDemo, page: Page) -> None:
    walk.plan_two_events(page, demo, "22:00")
    assert keyboard.unreachable(page) == []

    for name in ("Leave it as it is", re.compile("^Invite Rosa to the panel")):
        page.get_by_label(name).focus()
        page.keyboard.press("Enter")
        expect(steps.heading(page)).to_have_text("Check and send")
        expect(page.get_by_role("button", name=SEND)).to_be_visible()
    page.get_by_label("Your words to Rosa").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your words to Rosa")).to_have_value("\n")
    assert walk.told(demo) == walk.NOTHING

    keyboard.tab_to(page, "Send 2 invitations")
    page.keyboard.press("Enter")
    walk.wait(page, SCHEDULED)
    assert walk.told(demo) == walk.once("request", ROSA, KIM)


def _apply(page: Page, cure: str) -> None:
    page.get_by_role("radio", name=cure).check()
    walk.press(page, "Apply")
    expect(walk.main(page)).not_to_contain_text("will see two events")
    walk.override_if_asked(page)


def _send(page: Page) -> None:
    page.get_by_role("button", name=SEND).click()
    walk.wait(page, SCHEDULED)

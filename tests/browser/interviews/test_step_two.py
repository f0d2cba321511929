"""Step 2 of scheduling: the warning of two events and its ways out, then one "Send"."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser
CONNECT = "Connect Microsoft 365 to organize"


def _main(page: Page) -> Locator:
    return page.get_by_role("main")


def _open_step_one(page: Page, demo: RunningDemo) -> None:
    """Open the form. If Priya cannot organize yet, connect to let her."""
    steps.open_candidate(page, demo)
    page.get_by_role("link", name="Schedule interview").click()
    if page.get_by_role("button", name=CONNECT).count():
        page.get_by_role("button", name=CONNECT).click()
        steps.go_on_to_microsoft(page)
        steps.agree_if_asked(page)
        expect(_main(page)).to_contain_text("is connected, and you can organize interviews.")
    expect(steps.heading(page)).to_have_text("Schedule an interview with Rosa")


def _plan(page: Page, clock: str) -> None:
    """Priya organizes on her own calendar, and is the panel."""
    page.get_by_role("group", name="Panel").get_by_label("Priya Kaur", exact=True).check()
    page.get_by_label("Another start on").fill(clock)
    page.get_by_role("button", name="Use this start").click()
    page.get_by_role("group", name="Organizer").get_by_label("Priya Kaur (you)").check()
    page.get_by_role("button", name="Next: check and send").click()
    expect(steps.heading(page)).to_have_text("Check and send")


def _override_if_asked(page: Page) -> None:
    again = page.get_by_label("Schedule at this time, although somebody is busy")
    if again.count():
        again.check()


@pytest.mark.parametrize("is_phone", [False, True])
def test_two_events_are_said_before_anything_is_sent(
    demo: RunningDemo, open_page: OpenPage, *, is_phone: bool
) -> None:
    page = open_page(is_phone=is_phone, javascript=not is_phone)
    steps.sign_in(page, demo)
    _open_step_one(page, demo)
    _plan(page, "21:00")

    expect(_main(page)).to_contain_text("Priya will see two events")
    expect(page.get_by_role("radio", name="Leave it as it is")).to_be_checked()
    if not is_phone:
        assert complaints(page) == []
    page.get_by_role("radio", name="One event for everyone").check()
    page.get_by_role("button", name="Apply").click()
    expect(_main(page)).not_to_contain_text("will see two events")
    expect(page.get_by_label(re.compile("^Invite Rosa to the panel"))).to_be_checked()


def test_words_are_previewed_and_send_leads_to_the_interview(
    demo: RunningDemo, open_page: OpenPage
) -> None:
    page = open_page()
    steps.sign_in(page, demo)
    _open_step_one(page, demo)
    _plan(page, "20:00")
    page.get_by_label("Your words to Rosa").fill("See you soon, Rosa.")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.locator(".letter")).to_contain_text("See you soon, Rosa.")
    _override_if_asked(page)
    page.get_by_role("button", name=re.compile("^Send 1 invitation$")).click()

    page.wait_for_url(f"{demo.portal}/interviews/*")
    expect(_main(page)).to_contain_text("Portal now writes the interview to the calendars")

"""The organization's consent is there, and nobody has a connection of their own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import administrators as admin
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.browser.interviews import walk
from tests.browser.interviews.walk import KIM, PRIYA, ROSA, SCHEDULED

pytestmark = pytest.mark.browser
BY_CONSENT = re.compile("^Write interviews into organizers")


def test_teams_is_refused_with_a_way_on_and_the_phone_works(
    demo: RunningDemo, open_page: OpenPage
) -> None:
    _consent_to_scheduling(open_page(), demo)
    page = open_page()
    steps.sign_in(page, demo)
    walk.open_step_one(page, demo)
    walk.choose(page, "Panel", "Kim Lund")
    organizers = page.get_by_role("group", name="Organizer")
    expect(organizers).to_contain_text("Teams meetings need the organizer's own connection")
    expect(organizers).to_contain_text("A meeting room, a phone call or another place works now.")
    expect(organizers.get_by_role("button", name=walk.CONNECT)).to_be_visible()
    walk.type_start(page, "20:00")
    walk.press(page, "Next: check and send")
    expect(steps.heading(page)).to_have_text(walk.STEP_ONE)
    expect(page.locator("#organizer-error")).to_contain_text("A meeting room, a phone call")

    page.get_by_role("radio", name=re.compile("^Phone")).check()
    page.get_by_label("Phone number").fill("+1 555 0100")
    walk.press(page, "Update free times")
    expect(organizers).to_contain_text("The organization's consent writes into Priya's calendar.")
    walk.check(page, "20:00")
    walk.press(page, "Send 2 invitations")
    walk.wait(page, SCHEDULED)
    assert walk.told(demo) == walk.once("request", ROSA, KIM)
    assert {each["organizerAddress"] for each in walk.mails(demo)} == {PRIYA}
    assert {each["joinUrl"] for each in walk.mails(demo)} == {None}


def _consent_to_scheduling(page: Page, demo: RunningDemo) -> None:
    """As Alex, let the organization's consent write interviews."""
    steps.sign_in(page, demo, admin.ALEX)
    page.goto(f"{demo.portal}/admin/scheduling")
    page.get_by_role("switch", name=BY_CONSENT).click()
    page.goto(f"{demo.portal}{admin.PAGE}")
    admin.consent(page, demo)
    page.goto(f"{demo.portal}/admin/scheduling")
    expect(walk.main(page)).to_contain_text("Calendars.ReadWrite is granted")

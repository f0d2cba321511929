"""The roster of a group calendar before and after a person reconnects."""

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.storage.sqlite_rows import SqliteRows
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.support import builders

pytestmark = pytest.mark.browser
ROSTER = "/admin/integrations/microsoft-365/group-calendars"
APPROVED = ["User.Read", "Mail.Read", "Group.ReadWrite.All"]


def test_roster_after_one_person_reconnects(demo: RunningDemo, open_page: OpenPage) -> None:
    priya, alex = open_page(), open_page()
    steps.sign_in(priya, demo)
    steps.connect(priya, demo)
    group_calendar_is_added(demo)

    steps.sign_in(alex, demo, "Alex Berg")
    alex.goto(f"{demo.portal}{ROSTER}")
    expect(row(alex)).to_contain_text("Has to reconnect")
    expect(row(alex)).to_contain_text("Group.ReadWrite.All")
    expect(alex.get_by_role("main")).to_contain_text("0 of 2 people are ready")

    reconnect(priya, demo)

    steps.reload_until(alex, alex.get_by_role("main"), "1 of 2 people is ready")
    expect(row(alex)).to_contain_text("Read with their own connection")
    calls = demo.control("GET", "requests")["value"]
    assert any("/calendarView" in each["path"] for each in calls)


def group_calendar_is_added(demo: RunningDemo) -> None:
    """Add the calendar of Recruiting, and let Microsoft's administrator approve the permission."""
    demo.control("POST", "consent", scopes=APPROVED)
    groups = demo.control("GET", "groups")["value"]
    group_id = next(each["id"] for each in groups if each["displayName"] == "Recruiting")
    rows = SqliteRows(demo.environment.folder / "portal.db")
    builders.group_calendar(rows, "Recruiting", group_id=group_id, is_default=1)
    rows.close()


def reconnect(priya: Page, demo: RunningDemo) -> None:
    """Reconnect with the permission that Priya's own page now asks for."""
    priya.goto(f"{demo.portal}/settings/microsoft-365")
    expect(priya.get_by_role("main")).to_contain_text("Reconnect to schedule on Recruiting")
    priya.get_by_role("button", name="Reconnect", exact=True).first.click()
    steps.go_on_to_microsoft(priya)
    steps.agree_if_asked(priya)
    priya.wait_for_url(f"{demo.portal}/settings/**")


def row(page: Page) -> Locator:
    return page.get_by_role("row", name="Priya Kaur")

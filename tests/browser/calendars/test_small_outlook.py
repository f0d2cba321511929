"""The small Outlook's calendar by keyboard, on a phone and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import barriers_in_every_view
from tests.browser.conftest import OpenPage
from tests.sandbox.outlook.forms import DAY, KIM, add, events
from tests.support.sandbox_server import Sandbox, running_sandbox

pytestmark = pytest.mark.browser
PRIYA = "priya@northwind.example"
GROUP = f"/outlook/{PRIYA}/calendar/Recruiting"


@pytest.fixture
def tenant() -> Iterator[Sandbox]:
    """A practice tenant with a meeting on the calendar of a group."""
    with running_sandbox() as sandbox:
        add(sandbox, GROUP, attendees=f"{KIM}, rosa@mail.example")
        yield sandbox


def open_meeting(page: Page, tenant: Sandbox, path: str = GROUP) -> None:
    page.goto(f"{tenant.url}{path}?week={DAY}")
    page.get_by_role("region", name="Week").locator("summary").first.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("path", [GROUP, f"/outlook/{KIM}/calendar"])
def test_meeting_has_no_barriers(tenant: Sandbox, open_page: OpenPage, path: str) -> None:
    page = open_page()
    open_meeting(page, tenant, path)

    assert barriers_in_every_view(page) == []


def test_meeting_is_moved_without_sending_and_deleted_by_keyboard(
    tenant: Sandbox, open_page: OpenPage
) -> None:
    page = open_page(javascript=False, is_phone=True)
    open_meeting(page, tenant)
    week = page.get_by_role("region", name="Week")

    week.get_by_label("From").first.focus()
    page.keyboard.type("0400PM")
    week.get_by_label("To", exact=True).first.focus()
    page.keyboard.type("0500PM")
    week.get_by_label("Do not send the update").first.focus()
    page.keyboard.press("Space")
    week.get_by_role("button", name="Move").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Moved. The attendees were not told.")
    (moved,), (copy,) = events(tenant, "Recruiting"), events(tenant, KIM)
    open_meeting(page, tenant)
    week.get_by_label("Do not send the cancellation").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Deleted. The attendees were not told.")
    assert (moved["start"], copy["start"]) == ("2026-11-27T15:00:00Z", "2026-11-27T08:00:00Z")
    assert events(tenant, "Recruiting") == []
    assert [one["isCancelled"] for one in events(tenant, KIM)] == [False]

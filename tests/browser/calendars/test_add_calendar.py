"""Add a group calendar: each check fails once, and its cure at Microsoft is applied."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser
ALEX = "alex@northwind.example"
NAME = "Interview Team"
WRONG: dict[str, Any] = {
    "groupTypes": [],
    "mail": None,
    "visibility": "Private",
    "resourceProvisioningOptions": [],
    "hideFromAddressLists": True,
    "members": [],
}
# What each check says while it fails, and the cure at Microsoft, in the order of the walk.
CURES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("It has no email address", {"mail": "interview-team@northwind.example"}),
    ("It is not public", {"visibility": "Public"}),
    ("Teams is not enabled for the group", {"resourceProvisioningOptions": ["Team"]}),
    ("The group is hidden from the address list", {"hideFromAddressLists": False}),
    ("You are neither a member nor an owner of the group", {"members": [ALEX]}),
)


def test_calendar_is_added_once_everything_is_cured(demo: RunningDemo, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    made = demo.control("POST", "groups", displayName=NAME, **WRONG)
    steps.sign_in(page, demo, "Alex Berg")

    _press_add_calendar(page, demo)
    _find(page, NAME)
    expect(_main(page)).to_contain_text("security group, which has no calendar")
    page.goto(f"{demo.portal}/admin/integrations/microsoft-365/group-calendars/new/{made['id']}")
    expect(_main(page)).to_contain_text("It is not a Microsoft 365 group")
    demo.control("PATCH", f"groups/{NAME}", groupTypes=["Unified"])
    page.get_by_role("link", name="Add a group calendar").click()
    _find(page, NAME)
    page.get_by_role("link", name=re.compile("^Check")).click()
    for failure, cure in CURES:
        expect(_main(page)).to_contain_text(failure)
        expect(page.get_by_role("button", name="Add calendar")).to_be_disabled()
        demo.control("PATCH", f"groups/{NAME}", **cure)
        page.get_by_role("link", name="Check again").click()
        expect(_main(page)).not_to_contain_text(failure)

    expect(_main(page)).to_contain_text("7 of 7 checks are fine")
    page.get_by_role("button", name="Add calendar").click()
    expect(_main(page)).to_contain_text(f"{NAME} is added, and is the default calendar now.")
    expect(_main(page)).to_contain_text("All 5 checks fine")


def _press_add_calendar(page: Page, demo: RunningDemo) -> None:
    """Alex lacks the permission at first, so the button leads to Microsoft and back."""
    page.goto(f"{demo.portal}/admin/integrations/microsoft-365")
    page.get_by_role("button", name="Add calendar").click()
    steps.go_on_to_microsoft(page)
    steps.agree_if_asked(page)
    expect(steps.heading(page)).to_have_text("Add a group calendar")


def _find(page: Page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="Search").click()


def _main(page: Page) -> Locator:
    return page.get_by_role("main")

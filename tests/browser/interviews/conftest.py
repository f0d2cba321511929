"""A group with a calendar, and Priya, who is a member of it."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, StorageState

from portal.storage.sqlite_rows import SqliteRows
from tests.browser import steps
from tests.browser.demo import RunningDemo
from tests.browser.interviews.walk import ROOM, SAM
from tests.support import builders

APPROVED = [
    "User.Read",
    "Mail.Read",
    "Group.ReadWrite.All",
    "Calendars.ReadWrite",
    "OnlineMeetings.ReadWrite",
]
AURORA: dict[str, builders.Value] = {
    "id": "aurora",
    "address": ROOM,
    "name": "Aurora",
    "building": "Harbour House",
    "floor": "",
    "equipment": "[]",
    "found_at": datetime(2026, 1, 1, tzinfo=UTC),
}


@pytest.fixture(scope="module")
def member(demo: RunningDemo, browser: Browser) -> StorageState:
    """Priya, a member of a group with a calendar. Microsoft's administrator approved everything."""
    demo.control("POST", "consent", scopes=APPROVED)
    _add_panel_and_calendar(demo)
    context = browser.new_context()
    page = context.new_page()
    steps.sign_in(page, demo)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def record(demo: RunningDemo) -> None:
    """The tenant's record of who got which mail, empty at first."""
    demo.control("DELETE", "invitations")


def _add_panel_and_calendar(demo: RunningDemo) -> None:
    groups = demo.control("GET", "groups")["value"]
    group_id = next(each["id"] for each in groups if each["displayName"] == "Recruiting")
    rows = SqliteRows(demo.environment.folder / "portal.db")
    builders.user(rows, "Sam Reed", address=SAM)
    builders.insert(rows, "rooms", AURORA)
    builders.group_calendar(rows, "Recruiting", group_id=group_id, is_default=1)
    rows.close()

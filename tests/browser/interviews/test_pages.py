"""Every page of interviews: low vision, screen readers, and screens of 320 pixels."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal import clock, create_app
from portal.config import Config, MicrosoftConfig
from portal.storage.rows import Rows
from tests.browser.accessibility import complaints, overflow
from tests.browser.conftest import OpenPage
from tests.browser.demo import free_ports
from tests.browser.served import served, signed_in
from tests.pages import PAGES
from tests.support import builders, many_rows

pytestmark = pytest.mark.browser
OF_INTERVIEWS = tuple(path for path in PAGES if "/interviews" in path or "/kinds" in path)
ADMIN = "/admin/integrations/microsoft-365/group-calendars"
# Pages of one state alone: an interview that asks, one whose room declined and whose organizer was
# disabled, and a calendar that is being removed.
MORE = {
    "priya": ["/interviews/decision", "/interviews/roomless"],
    "alex": [ADMIN, f"{ADMIN}/Team 1/interviews"],
}
REASON = "Priya Kaur may no longer sign in to Portal. Choose another organizer."
NARROW = 320
# Buttons that show what a change does before it is made.
LOOKS = ("Check who is told", "Next: check")


@pytest.fixture
def portal(rows: Rows, config: Config) -> Iterator[tuple[Flask, str]]:
    """A team with a few interviews of each kind, and its portal at an address."""
    many_rows.fill(rows, 2, now=clock.utc_now())
    at = clock.utc_now() + timedelta(days=2)
    panel = ["kim", "priya"]
    builders.interview(rows, "decision", at=at, panel=panel, state="asks", reason=REASON)
    builders.interview_event(rows, "decision", group_id="group-Team 1")
    _add_roomless(rows, at)
    (port,) = free_ports(1)
    base_url = f"http://localhost:{port}"
    app = create_app(replace(config, base_url=base_url, microsoft=MicrosoftConfig()))
    with served(app, port) as address:
        yield app, address


def _add_roomless(rows: Rows, at: datetime) -> None:
    aurora = "aurora@northwind.example"
    builders.user(rows, "Mo Ali", is_enabled=0)
    on: dict[str, builders.Value] = {"calendar": "group", "calendar_id": "Graduates"}
    on |= {"organizer_id": "mo", "organizer_name": "Mo Ali", "join_url": "https://teams.example/1"}
    room = {"room_id": "aurora", "room_name": "Aurora", "room_address": aurora}
    builders.interview(rows, "roomless", at=at, panel=["kim"], **on | room)
    builders.told(rows, "roomless", "Aurora", aurora, at=at, role="room", reply="declined")


@pytest.mark.parametrize("user_id", ["priya", "alex"])
def test_pages_of_interviews_have_no_barriers(
    portal: tuple[Flask, str], open_page: OpenPage, user_id: str
) -> None:
    app, address = portal
    page = open_page(signed_in=signed_in(app, user_id))
    found = {}
    paths = [path for path in OF_INTERVIEWS if PAGES[path] == user_id]
    for path in [*paths, *MORE[user_id]]:
        page.goto(f"{address}{path}")
        found[path] = _complaints(page)
        for look in LOOKS:
            if (button := page.get_by_role("button", name=look)).count():
                button.click()
                found[f"{path}, {look}"] = _complaints(page)
    assert len(found) >= 5
    assert {path: said for path, said in found.items() if said} == {}


def _complaints(page: Page) -> list[str]:
    """Findings at 1280 and 390 pixels, light and dark, and sideways scrolling at 320."""
    found = complaints(page)
    page.set_viewport_size({"width": NARROW, "height": 844})
    found += overflow(page, NARROW)
    if page.locator("h1").count() != 1:
        found.append("it is no page")
    return found

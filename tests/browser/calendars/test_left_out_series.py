"""A series that repeats by the Hebrew calendar is left out, said, and blocked by its owner."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser

PRIYA = "mailboxes/priya@northwind.example/events"
HEBREW = 8
SUBJECT = "A birthday by the Hebrew calendar"
LEFT_OUT = "Its series is left out, and you do not block its times."
BLOCKED = "Its series is left out, but you block its times."


def test_series_is_left_out_and_then_blocked(demo: RunningDemo, open_page: OpenPage) -> None:
    demo.control("POST", PRIYA, **yearly(datetime.now(UTC) + timedelta(days=1)))
    page = open_page()
    steps.sign_in(page, demo)
    page.goto(f"{demo.portal}/settings/calendar")
    page.get_by_role("button", name="Connect your calendar").click()
    steps.go_on_to_microsoft(page)
    steps.agree_if_asked(page)
    page.wait_for_url(f"{demo.portal}/settings/calendar")
    expect(page.get_by_role("region", name="Series that are left out")).to_be_visible(
        timeout=steps.FIRST_SYNC_MS
    )
    see(page, LEFT_OUT)
    assert complaints(page) == []
    assert SUBJECT not in page.content()

    page.get_by_role("switch", name="Block these times").click()

    expect(page.get_by_role("main")).to_contain_text(
        "The times of the series by the Hebrew calendar now count as busy."
    )
    see(page, BLOCKED)
    assert complaints(page) == []

    # The same page without scripts, on a phone.
    plain = open_page(javascript=False, is_phone=True, signed_in=page.context.storage_state())
    plain.goto(f"{demo.portal}/settings/calendar")
    plain.get_by_role("switch", name="Block these times").click()
    expect(plain.get_by_role("main")).to_contain_text("count as free")
    see(plain, LEFT_OUT)


def yearly(day: datetime) -> dict[str, Any]:
    """An hour of a series on one date, such as Outlook makes it for another calendar."""
    date = day.date().isoformat()
    return {
        "subject": SUBJECT,
        "start": f"{date}T09:00:00Z",
        "end": f"{date}T10:00:00Z",
        "dates": [date],
        "recurrence": {
            "pattern": {
                "type": "absoluteYearly",
                "interval": 1,
                "dayOfMonth": day.day,
                "month": day.month,
            },
            "range": {"type": "noEnd", "startDate": date},
        },
        "calendarType": HEBREW,
    }


def see(page: Page, reason: str) -> None:
    """See the verdict about tomorrow, which may belong to the next week."""
    times = page.get_by_role("main")
    if reason not in times.inner_text():
        page.get_by_role("link", name="Later").click()
    expect(times).to_contain_text(reason)

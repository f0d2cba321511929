"""The main path with JavaScript: from sign-in to mail that appears without a reload."""

import statistics
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser

PRIMARY = "priya@northwind.example"
ALIAS = "talent@northwind.example"
SOON_SECONDS = 2.0


def test_member_connects_and_mail_appears_on_the_open_page(
    demo: RunningDemo, open_page: OpenPage
) -> None:
    page, outside = open_page(), open_page()

    steps.sign_in(page, demo)
    steps.connect(page, demo)
    steps.watch_first_sync(page, demo)
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text("Backend engineer at Northwind")
    expect(steps.feed(page)).not_to_contain_text("Question about the working session")

    waits = [seconds_to_arrive(page, outside, demo, f"Thought {n}") for n in range(1, 4)]
    assert statistics.median(waits) <= SOON_SECONDS

    answer_stays_away_until_the_alias_is_on(page, outside, demo)


def seconds_to_arrive(page: Page, outside: Page, demo: RunningDemo, subject: str) -> float:
    """Seconds from delivery until the message appears on the open page."""
    steps.write_from_outside(outside, demo, subject, to=PRIMARY)
    delivered = time.monotonic()
    expect(steps.feed(page)).to_contain_text(subject)
    return time.monotonic() - delivered


def answer_stays_away_until_the_alias_is_on(page: Page, outside: Page, demo: RunningDemo) -> None:
    answer = "Answered as talent"
    steps.reply_in_outlook(outside, demo, "Thought 3", answer=answer, sent_from=ALIAS)
    # The next message has arrived, so this one would have arrived too.
    steps.write_from_outside(outside, demo, "After the answer", to=PRIMARY)
    expect(steps.feed(page)).to_contain_text("After the answer")
    expect(steps.feed(page)).not_to_contain_text(answer)

    steps.turn_on_alias(page, demo, ALIAS)
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text(answer)
    expect(steps.feed(page)).to_contain_text("Question about the working session")

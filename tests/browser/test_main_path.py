"""From signing in to mail that appears by itself, as a member meets it with JavaScript."""

import statistics
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.world import World

pytestmark = pytest.mark.browser

PRIMARY = "priya@northwind.example"
ALIAS = "talent@northwind.example"
SOON_SECONDS = 2.0


def test_member_connects_and_mail_arrives_while_they_look(
    world: World, open_page: OpenPage
) -> None:
    page, outside = open_page(), open_page()

    steps.sign_in(page, world)
    steps.connect(page, world)
    steps.watch_first_sync(page, world)
    steps.open_candidate(page, world)
    expect(steps.feed(page)).to_contain_text("Backend engineer at Northwind")
    expect(steps.feed(page)).not_to_contain_text("Question about the working session")

    waits = [seconds_to_arrive(page, outside, world, f"Thought {n}") for n in range(1, 4)]
    assert statistics.median(waits) <= SOON_SECONDS

    answer_stays_away_until_the_alias_is_on(page, outside, world)


def seconds_to_arrive(page: Page, outside: Page, world: World, subject: str) -> float:
    """From the mailbox to the open page, which nobody touches."""
    steps.write_from_outside(outside, world, subject, to=PRIMARY)
    delivered = time.monotonic()
    expect(steps.feed(page)).to_contain_text(subject)
    return time.monotonic() - delivered


def answer_stays_away_until_the_alias_is_on(page: Page, outside: Page, world: World) -> None:
    answer = "Answered as talent"
    steps.reply_in_outlook(outside, world, "Thought 3", answer=answer, sent_from=ALIAS)
    # What comes after it has arrived, so it would have arrived too.
    steps.write_from_outside(outside, world, "After the answer", to=PRIMARY)
    expect(steps.feed(page)).to_contain_text("After the answer")
    expect(steps.feed(page)).not_to_contain_text(answer)

    steps.turn_on_alias(page, world, ALIAS)
    steps.open_candidate(page, world)
    expect(steps.feed(page)).to_contain_text(answer)
    expect(steps.feed(page)).to_contain_text("Question about the working session")

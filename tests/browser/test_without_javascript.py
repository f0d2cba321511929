"""The same path where JavaScript is off: each step is a page, and reloading shows what is new."""

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.world import World

pytestmark = pytest.mark.browser

PRIMARY = "priya@northwind.example"
ALIAS = "talent@northwind.example"


def test_member_connects_and_mail_arrives_without_javascript(
    world: World, open_page: OpenPage
) -> None:
    page, outside = open_page(javascript=False), open_page(javascript=False)

    steps.sign_in(page, world)
    steps.connect(page, world)
    steps.watch_first_sync(page, world, by_reloading=True)
    steps.open_candidate(page, world)
    expect(steps.feed(page)).to_contain_text("Backend engineer at Northwind")

    steps.write_from_outside(outside, world, "A second thought", to=PRIMARY)
    steps.reload_until(page, steps.feed(page), "A second thought")

    steps.reply_in_outlook(
        outside, world, "A second thought", answer="Answered as talent", sent_from=ALIAS
    )
    steps.write_from_outside(outside, world, "After the answer", to=PRIMARY)
    steps.reload_until(page, steps.feed(page), "After the answer")
    expect(steps.feed(page)).not_to_contain_text("Answered as talent")

    steps.turn_on_alias(page, world, ALIAS)
    steps.open_candidate(page, world)
    steps.reload_until(page, steps.feed(page), "Answered as talent")
    expect(steps.feed(page)).to_contain_text("Question about the working session")

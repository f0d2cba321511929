"""The main path without JavaScript: each step is a page, and reloading shows new mail."""

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser

PRIMARY = "priya@northwind.example"
ALIAS = "talent@northwind.example"


def test_member_connects_and_mail_arrives_without_javascript(
    demo: RunningDemo, open_page: OpenPage
) -> None:
    page, outside = open_page(javascript=False), open_page(javascript=False)

    steps.sign_in(page, demo)
    steps.connect(page, demo)
    steps.watch_first_sync(page, demo, by_reloading=True)
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text("Backend engineer at Northwind")

    steps.write_from_outside(outside, demo, "A second thought", to=PRIMARY)
    steps.reload_until(page, steps.feed(page), "A second thought")

    steps.reply_in_outlook(
        outside, demo, "A second thought", answer="Answered as talent", sent_from=ALIAS
    )
    steps.write_from_outside(outside, demo, "After the answer", to=PRIMARY)
    steps.reload_until(page, steps.feed(page), "After the answer")
    expect(steps.feed(page)).not_to_contain_text("Answered as talent")

    steps.turn_on_alias(page, demo, ALIAS)
    steps.open_candidate(page, demo)
    steps.reload_until(page, steps.feed(page), "Answered as talent")
    expect(steps.feed(page)).to_contain_text("Question about the working session")

"""The main path without JavaScript: each step is a page, and reloading shows new mail.

A change that needs a new sign-in is carried through it, with and without.
"""

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser

ALEX = "Alex Berg"
PRIYA = "Priya Kaur"
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


@pytest.mark.parametrize("javascript", [True, False])
def test_change_is_carried_through_the_sign_in(
    demo: RunningDemo, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(javascript=javascript, is_phone=True)
    steps.sign_in(page, demo, ALEX)
    page.goto(f"{demo.portal}/admin/users")
    page.get_by_label(f"Role of {PRIYA}").select_option("Admin")
    page.get_by_role("button", name=f"Save the role of {PRIYA}").click()

    expect(steps.heading(page)).to_have_text(f"Make {PRIYA} an admin?")
    if javascript:
        assert complaints(page) == []
    page.get_by_role("button", name="Sign in with Microsoft again").click()
    steps.choose_account(page, ALEX)
    expect(page.get_by_role("main")).to_contain_text("Nothing has changed yet")
    if javascript:
        assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Yes, go on").click()

    expect(page.get_by_role("main")).to_contain_text(f"The role of {PRIYA} is now Admin.")
    page.get_by_label(f"Role of {PRIYA}").select_option("Member")
    page.get_by_role("button", name=f"Save the role of {PRIYA}").click()
    expect(page.get_by_role("main")).to_contain_text("is now Member.")

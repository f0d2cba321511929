"""An owner hides a conversation, and it is gone for a colleague at the next request."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser

PRIMARY = "priya@northwind.example"
SECRET = "About the salary"


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_conversation_is_hidden_and_shown_again(
    demo: RunningDemo, open_page: OpenPage, *, javascript: bool
) -> None:
    priya, alex = (open_page(javascript=javascript) for _ in range(2))
    subject = f"{SECRET} {javascript}"
    steps.sign_in(alex, demo, "Alex Berg")
    steps.sign_in(priya, demo)
    _connect_once(priya, demo)
    steps.write_from_outside(open_page(javascript=False), demo, subject, to=PRIMARY)
    steps.open_candidate(priya, demo)
    steps.reload_until(priya, steps.feed(priya), subject)
    steps.open_candidate(alex, demo)
    steps.reload_until(alex, steps.feed(alex), subject)
    page = alex.url

    _entry(priya, subject).get_by_text("Hide this conversation").click()
    # The check for barriers is a script itself.
    assert not javascript or complaints(priya) == []
    _entry(priya, subject).get_by_role("button", name="Hide", exact=True).click()

    expect(priya.get_by_role("main")).to_contain_text("1 message is hidden from colleagues")
    expect(_entry(priya, subject)).to_contain_text("Hidden from colleagues")
    assert not javascript or complaints(priya) == []
    if not javascript:
        alex.goto(page)
    expect(steps.feed(alex)).not_to_contain_text(subject)
    assert not javascript or complaints(alex) == []

    _entry(priya, subject).get_by_role("button", name="Show again").click()

    expect(priya.get_by_role("main")).to_contain_text("Colleagues see it again.")
    if not javascript:
        alex.goto(page)
    expect(steps.feed(alex)).to_contain_text(subject)


def test_owner_hides_a_candidate(demo: RunningDemo, open_page: OpenPage) -> None:
    priya = open_page()
    steps.sign_in(priya, demo)
    _connect_once(priya, demo)
    priya.goto(f"{demo.portal}/settings/email/candidates")

    row = priya.locator(".row").filter(has_text=steps.ROSA)
    row.locator("summary").filter(has_text="Hide").click()
    assert complaints(priya) == []
    row.get_by_role("button", name="Hide", exact=True).click()
    expect(row).to_contain_text("hidden from colleagues")
    assert complaints(priya) == []
    row.get_by_role("button", name="Show again").click()
    expect(row).not_to_contain_text("hidden from colleagues")


def _connect_once(page: Page, demo: RunningDemo) -> None:
    page.goto(f"{demo.portal}/settings/microsoft-365")
    if page.get_by_role("button", name="Connect with Microsoft 365").count():
        steps.connect(page, demo)
        steps.watch_first_sync(page, demo, by_reloading=True)


def _entry(page: Page, subject: str) -> Locator:
    return steps.feed(page).get_by_role("listitem").filter(has_text=subject).first

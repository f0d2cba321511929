"""Steps in Portal, at Microsoft and in Outlook, by the labels on the pages."""

import re
from contextlib import suppress

from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.demo import RunningDemo

PRIYA = "Priya Kaur"
ROSA = "Rosa Ortega"
FIRST_SYNC_MS = 60_000
PAUSE_MS = 500


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def sign_in(page: Page, demo: RunningDemo, name: str = PRIYA) -> None:
    """Sign in with Microsoft. The leaving page continues automatically."""
    page.goto(f"{demo.portal}/signin")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    choose_account(page, name)
    page.wait_for_url(f"{demo.portal}/**")


def choose_account(page: Page, name: str = PRIYA) -> None:
    """Choose an account at Microsoft, and accept the permissions if asked."""
    expect(heading(page)).to_have_text("Pick an account")
    page.get_by_role("button", name=re.compile(f"^{name}")).click()
    agree_if_asked(page)


def agree_if_asked(page: Page) -> None:
    if heading(page).inner_text() == "Permissions requested":
        page.get_by_role("button", name="Accept").click()


def confirm_if_asked(page: Page, name: str) -> None:
    """Sign in with Microsoft again where the page asks, and go on with what waited for it."""
    again = page.get_by_role("button", name="Sign in with Microsoft again")
    if again.count():
        again.click()
        choose_account(page, name)
        page.get_by_role("button", name="Yes, go on").click()


def connect(page: Page, demo: RunningDemo) -> None:
    """Connect Microsoft 365. After a sign-in, Microsoft asks only for the new permissions."""
    start_connecting(page, demo)
    go_on_to_microsoft(page)
    expect(heading(page)).to_have_text("Permissions requested")
    agree_if_asked(page)
    page.wait_for_url(f"{demo.portal}/settings/**")


def start_connecting(page: Page, demo: RunningDemo) -> None:
    page.goto(f"{demo.portal}/settings/microsoft-365")
    page.get_by_role("button", name="Connect with Microsoft 365").click()
    expect(heading(page)).to_have_text("Continue to Microsoft")


def go_on_to_microsoft(page: Page) -> None:
    page.get_by_role("link", name="Continue to Microsoft").click()


def open_candidate(page: Page, demo: RunningDemo, name: str = ROSA) -> None:
    page.goto(f"{demo.portal}/candidates")
    expect(heading(page)).to_have_text("Candidates")
    reload_until(page, page.get_by_role("main"), name)
    page.get_by_role("link", name=name).click()
    expect(heading(page)).to_have_text(name)


def feed(page: Page) -> Locator:
    return page.get_by_role("region", name="Feed")


def watch_first_sync(page: Page, demo: RunningDemo, *, by_reloading: bool = False) -> None:
    page.goto(f"{demo.portal}/settings/email")
    if by_reloading:
        reload_until(page, page.get_by_role("main"), "Last synced")
    expect(page.get_by_role("main")).to_contain_text("Last synced", timeout=FIRST_SYNC_MS)


def reload_until(page: Page, place: Locator, text: str) -> None:
    """Reload the page until the text appears, for at most a minute."""
    for _ in range(FIRST_SYNC_MS // PAUSE_MS):
        if text in place.inner_text():
            return
        page.wait_for_timeout(PAUSE_MS)
        with suppress(Error):  # The page leaves for another at this instant.
            page.reload()
    raise AssertionError(f"{text!r} did not appear on {page.url}.")


def write_from_outside(
    page: Page, demo: RunningDemo, subject: str, *, to: str, text: str = ""
) -> None:
    """Send a message as Rosa, the sender that the form starts with."""
    page.goto(f"{demo.sandbox}/outside")
    page.get_by_label("To", exact=True).fill(to)
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Text").fill(text or f"{subject}, says Rosa.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_have_text(f"Delivered to {to}.")


def reply_in_outlook(
    page: Page, demo: RunningDemo, subject: str, *, answer: str, sent_from: str
) -> None:
    """Reply as Priya, in the practice tenant's Outlook."""
    page.goto(demo.sandbox)
    page.get_by_role("link", name=PRIYA).click()
    page.get_by_role("link", name=subject).first.click()
    page.get_by_label("Answer from").select_option(sent_from)
    page.get_by_label("Your answer").fill(answer)
    page.get_by_role("button", name="Reply").click()
    expect(page.get_by_role("status")).to_have_text("Sent.")


def turn_on_alias(page: Page, demo: RunningDemo, address: str) -> None:
    """Turn an alias on, including older mail."""
    page.goto(f"{demo.portal}/settings/email")
    page.get_by_role("switch", name=address).click()
    page.get_by_role("button", name="New and past email").click()
    expect(page.get_by_role("switch", name=address)).to_have_attribute("aria-checked", "true")

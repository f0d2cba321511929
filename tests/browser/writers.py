"""The steps by which a member writes to a candidate, by the labels on the pages."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import keyboard, steps
from tests.browser.demo import RunningDemo

PRIYA = "priya@northwind.example"
TALENT = "talent@northwind.example"
JOBS = "jobs@northwind.example"
ROSA = "rosa.ortega@mail.example"
CONNECT = "Connect Microsoft 365 to send"


def include_alias(page: Page, demo: RunningDemo, address: str) -> None:
    """Turn an alias on unless it is on."""
    page.goto(f"{demo.portal}/settings/email")
    if page.get_by_role("switch", name=address).get_attribute("aria-checked") == "false":
        steps.turn_on_alias(page, demo, address)


def open_composer(
    page: Page, demo: RunningDemo, name: str = steps.ROSA, *, sent_from: str = PRIYA
) -> None:
    """Open the page for writing. If the address cannot send, connect to let it."""
    steps.open_candidate(page, demo, name)
    page.get_by_role("link", name="Write", exact=True).click()
    expect(steps.heading(page)).to_have_text(f"Write to {name}")
    sender(page, sent_from).check()
    if page.get_by_role("button", name=CONNECT).count():
        page.get_by_label("Subject").fill("Kept while connecting")
        page.get_by_role("button", name=CONNECT).click()
        steps.go_on_to_microsoft(page)
        steps.agree_if_asked(page)
        expect(page.get_by_label("Subject")).to_have_value("Kept while connecting")


def sender(page: Page, address: str) -> Locator:
    """The radio button of an address to write from."""
    return page.get_by_role("radio", name=address, exact=True)


def send(page: Page, subject: str, text: str, *, sent_from: str) -> Locator:
    """Fill in the form and send it. Returns the entry in the feed."""
    sender(page, sent_from).check()
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(entry(page, subject)).to_contain_text("Waiting to go out.")
    return entry(page, subject)


def entry(page: Page, subject: str) -> Locator:
    """The newest entry of this subject in the open feed."""
    title = page.get_by_role("heading", name=subject, exact=True)
    return steps.feed(page).get_by_role("listitem").filter(has=title).first


def press_send(page: Page) -> None:
    """Send by keyboard. “Send later” comes before."""
    keyboard.tab_to(page, "Send")
    while page.evaluate("document.activeElement.value") != "send":
        keyboard.tab_to(page, "Send")
    page.keyboard.press("Enter")


def route(mail: dict[str, Any]) -> tuple[str, ...]:
    """From, sender, recipient and fate of a mail in the tenant's record."""
    return mail["from"], mail["sender"], mail["recipient"], mail["fate"]

"""Write to a candidate: by keyboard, without JavaScript, taken back and sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import keyboard, steps, writers
from tests.browser.accessibility import complaints
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser
SUBJECT = "Before Thursday"


def test_a_message_is_written_without_javascript(
    demo: RunningDemo, priya: Callable[..., Page]
) -> None:
    page = priya(javascript=False)
    offer: FilePayload = {
        "name": "offer.pdf",
        "mimeType": "application/pdf",
        "buffer": b"%PDF-1.7",
    }
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_label("Message").fill("Hi Rosa,\n\nsee https://northwind.example/jobs.")
    page.get_by_label("Attachments").set_input_files(files=[offer])

    page.get_by_label("Subject").press("Enter")
    expect(steps.heading(page)).to_have_text("Write to Rosa Ortega")
    expect(page.get_by_label("Attached")).to_contain_text("offer.pdf")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("see https://northwind")
    page.get_by_role("button", name="Send", exact=True).click()

    expect(steps.heading(page)).to_have_text("Rosa Ortega")
    expect(steps.feed(page)).to_contain_text(SUBJECT)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_have_text(
        "Your message was taken back. It did not go out."
    )
    expect(page.get_by_label("Subject")).to_have_value(SUBJECT)
    expect(page.get_by_label("Attached")).to_contain_text("offer.pdf")
    page.get_by_role("button", name="Remove offer.pdf").click()
    expect(page.get_by_label("Attached")).to_have_count(0)


def test_a_message_is_written_by_keyboard(demo: RunningDemo, priya: Callable[..., Page]) -> None:
    page = priya()
    assert complaints(page) == []
    assert keyboard.unreachable(page) == []

    page.get_by_label("To", exact=True).focus()
    page.keyboard.press("Enter")
    expect(steps.heading(page)).to_have_text("Write to Rosa Ortega")
    page.get_by_label("Subject").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Hi Rosa, until Thursday.")
    expect(page.locator("#draft-state")).to_have_text("Draft saved.", timeout=15_000)
    page.reload()
    expect(page.get_by_label("Subject")).to_have_value("By keyboard")
    page.get_by_label("Message").focus()
    writers.press_send(page)

    expect(steps.feed(page)).to_contain_text("By keyboard")
    entry = page.locator("li[id^='sent-']").first.get_attribute("id") or ""
    page.goto(f"{page.url.partition('#')[0]}/{entry.replace('-', '/', 1)}")
    expect(page.get_by_role("list").filter(has_text="You pressed Send").first).to_be_visible()
    assert complaints(page) == []

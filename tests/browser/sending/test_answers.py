"""An answer keeps its thread, and mail to a wrong address comes back."""

import email
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import administrators as admin
from tests.browser import keyboard, steps, writers
from tests.browser.accessibility import complaints
from tests.browser.demo import RunningDemo, raw_message
from tests.browser.writers import PRIYA, ROSA, route

pytestmark = pytest.mark.browser
ADA = "ada.typo@mail.example"


def test_answer_by_keyboard_keeps_its_thread(demo: RunningDemo, priya: Callable[..., Page]) -> None:
    page, subject = priya(), "Which floor is it?"
    question = raw_message(f"Rosa Ortega <{ROSA}>", PRIYA, subject, "I stand before the house.")
    demo.deliver(PRIYA, question)
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text(subject)

    keyboard.tab_to(page, f"Reply to {subject}")
    page.keyboard.press("Enter")
    expect(steps.heading(page)).to_have_text("Answer Rosa Ortega")
    assert complaints(page) == []
    page.get_by_label("Message").focus()
    page.keyboard.type("The third.")
    writers.press_send(page)
    entry = writers.entry(page, f"Re: {subject}")
    steps.reload_until(page, entry, f"Sent. It is in your Sent Items, from {PRIYA}.")

    [mail] = demo.deliveries(f"Re: {subject}")
    assert route(mail) == (PRIYA, PRIYA, ROSA, "delivered")
    assert mail["inReplyTo"] == email.message_from_string(question)["Message-ID"]
    conversation = open_conversation(page, demo, f"Re: {subject}")
    assert [each.split(", ")[0].split() for each in conversation] == [
        ["Rosa", "Ortega", "Inbox"],
        ["Priya", "Kaur", "Sent", "Items"],
    ]


def open_conversation(page: Page, demo: RunningDemo, subject: str) -> list[str]:
    """The conversation of a sent mail, as the small Outlook lists it."""
    page.goto(f"{demo.sandbox}/outlook/{PRIYA}?folder=sentitems")
    page.get_by_role("link", name=subject).click()
    conversation = page.get_by_role("navigation", name="Conversation")
    return conversation.get_by_role("link").all_inner_texts()


def test_wrong_address_comes_back(demo: RunningDemo, priya: Callable[..., Page]) -> None:
    page, subject = priya(is_phone=True), "Did you get this?"
    demo.control("PUT", f"addresses/{ADA}", fate="unknown")
    admin.add_candidate(page, demo, "Ada Typo", ADA)
    writers.open_composer(page, demo, "Ada Typo")

    entry = writers.send(page, subject, "Please write back.", sent_from=PRIYA)
    said = f"Not delivered to {ADA}: the address does not exist."
    steps.reload_until(page, entry, said)

    expect(page.locator(".notice").filter(has_text=said)).to_contain_text("Write anyway")
    expect(entry).to_contain_text("Sent. It is in your Sent Items")
    [mail] = demo.deliveries(subject)
    assert route(mail) == (PRIYA, PRIYA, ADA, "unknown")
    assert complaints(page) == []

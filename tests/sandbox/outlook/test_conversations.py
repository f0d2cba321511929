"""The small Outlook and the world outside: answers stay in their conversation."""

import re
from html import unescape

from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, raw_message
from tests.sandbox.sending.marked_mail import ROSA, marked
from tests.support.sandbox_server import Sandbox
from tests.support.walk import Person


def conversation(page: Person) -> list[tuple[str, str]]:
    """Read the sender and the folder of each message in the conversation."""
    nav = re.search(r'<nav aria-label="Conversation">.*?</nav>', page.html, re.DOTALL)
    lines = re.findall(r"<span>([^<]*)</span>\s*<span[^>]*>([^<]*),", nav[0] if nav else "")
    return [(unescape(name), folder) for name, folder in lines]


def opened(tenant: Sandbox, identity: str) -> Person:
    return Person().open(f"{tenant.url}/outlook/{PRIYA}?message={identity}")


def test_conversation_shows_the_answer_and_the_answer_to_it(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, raw_message())
    alone = conversation(opened(tenant, identity))
    asked = {"message": marked(subject="About Friday")}
    priya.call("POST", f"/me/messages/{identity}/reply", json=asked)
    outside = Person().open(f"{tenant.url}/outside")

    outside.follow(f"Answer About Friday as {ROSA}").press("Send", text="On Friday, then.")

    assert alone == []
    assert conversation(opened(tenant, identity)) == [
        ("Rosa Ortega", "Inbox"),
        ("Priya Kaur", "Sent Items"),
        (ROSA, "Inbox"),
    ]


def test_message_of_the_conversation_opens(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, raw_message())
    priya.call("POST", f"/me/messages/{identity}/reply", json={"message": marked()})

    page = opened(tenant, identity).follow("Priya Kaur Sent Items")

    assert "Sent Items of Priya Kaur" in page.html
    assert "<h2>Interview</h2>" in page.html
    assert len(conversation(page)) == 2

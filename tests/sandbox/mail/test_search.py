"""$search in Exchange's query language."""

from typing import Any

import pytest

from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, raw_message
from tests.support.sandbox_server import Sandbox


@pytest.fixture
def mailbox(tenant: Sandbox, priya: Caller) -> Caller:
    tenant.deliver(PRIYA, raw_message("Portfolio"))
    tenant.deliver(
        PRIYA, raw_message("Lunch", From="Ann Onym <ann@mail.example>", Cc="kim@x.example")
    )
    tenant.deliver(PRIYA, raw_message("Dinner", From="Joann <joann@mail.example>"))
    return priya


def subjects(caller: Caller, query: str, **more: str) -> list[str]:
    answer: Any = caller.call("GET", "/me/messages", params={"$search": query, **more})
    assert answer.status_code == 200, answer.text
    return sorted(item["subject"] for item in answer.json()["value"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("lunch", ["Lunch"]),
        ("PORTF*", ["Dinner", "Lunch", "Portfolio"]),
        ('"rosa.ortega@mail.example"', ["Portfolio"]),
        ('"\\"rosa ortega\\""', ["Portfolio"]),
        ('"from:ann@mail.example"', ["Lunch"]),
        ('"from:ann"', ["Lunch"]),
        ('"cc:kim@x.example"', ["Lunch"]),
        ('"to:priya@northwind.example"', ["Dinner", "Lunch", "Portfolio"]),
        ('"participants:kim@x.example"', ["Lunch"]),
        ('"subject:lunch OR subject:dinner"', ["Dinner", "Lunch"]),
        ('"subject:lunch AND from:joann"', []),
        ('"to:priya NOT from:ann"', ["Dinner", "Portfolio"]),
        ('"to:priya (subject:lunch OR subject:dinner)"', ["Dinner", "Lunch"]),
        ('"received>=2020-01-01"', ["Dinner", "Lunch", "Portfolio"]),
        ('"received:2020-01-01..2020-02-01"', []),
        ('"o\'brien"', []),
    ],
)
def test_search_finds_messages(mailbox: Caller, query: str, expected: list[str]) -> None:
    assert subjects(mailbox, query) == expected


@pytest.mark.parametrize("query", ["from:rosa", '"received>=soon"', '"(lunch"', '""'])
def test_search_refuses_what_exchange_refuses(mailbox: Caller, query: str) -> None:
    answer = mailbox.call("GET", "/me/messages", params={"$search": query})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "BadRequest"


@pytest.mark.parametrize("other", ["$filter=isRead eq true", "$orderby=receivedDateTime desc"])
def test_search_excludes_filter_and_order(mailbox: Caller, other: str) -> None:
    answer = mailbox.call("GET", f'/me/messages?$search="lunch"&{other}')

    assert answer.status_code == 400


def test_search_is_paged(mailbox: Caller) -> None:
    first = mailbox.read('/me/messages?$search="to:priya"&$top=2')

    second = mailbox.read(first["@odata.nextLink"])

    assert (len(first["value"]), len(second["value"])) == (2, 1)
    assert "@odata.nextLink" not in second

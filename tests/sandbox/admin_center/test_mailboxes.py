"""The admin center gives rights in a mailbox, and converts it."""

import pytest

from tests.sandbox.rights.conftest import JOBS
from tests.support.sandbox_server import Sandbox
from tests.support.walk import Person

PRIYA = "priya@northwind.example"


@pytest.fixture
def page(tenant: Sandbox) -> Person:
    return Person().open(f"{tenant.url}/admin-center").follow("Rights in Northwind Jobs")


def test_right_is_given_and_taken(tenant: Sandbox, page: Person) -> None:
    given = page.press("Give", person=tenant.oid(PRIYA), right="sendOnBehalf").html
    held = tenant.control("GET", f"mailboxes/{JOBS}/rights")["sendOnBehalf"]

    taken = page.press("Take Send on Behalf from Priya Kaur").html

    assert "Priya Kaur now has Send on Behalf." in given
    assert held == [PRIYA]
    assert "Priya Kaur no longer has Send on Behalf." in taken
    assert tenant.control("GET", f"mailboxes/{JOBS}/rights")["sendOnBehalf"] == []


def test_copies_are_switched(tenant: Sandbox, page: Person) -> None:
    page.press("Save", of_send_on_behalf="on")

    shown = tenant.control("GET", f"mailboxes/{JOBS}/rights")
    assert shown["messageCopyForSendOnBehalfEnabled"] is True
    assert shown["messageCopyForSentAsEnabled"] is False


def test_mailbox_is_converted(tenant: Sandbox, page: Person) -> None:
    converted = page.press("Convert to a person").html
    refused = page.press("Convert to a shared mailbox").html

    assert "It is now a person&#39;s mailbox." in converted
    assert "Only a mailbox that opens can become a shared one." in refused


@pytest.mark.parametrize(
    ("right", "act", "person"),
    [("owner", "give", PRIYA), ("sendAs", "lend", PRIYA), ("sendAs", "give", "none")],
)
def test_unknown_right_is_not_found(
    tenant: Sandbox, page: Person, right: str, act: str, person: str
) -> None:
    data = {"right": right, "act": act, "person": person}

    answer = page.session.post(f"{page.url}/rights", data=data, timeout=30)

    assert answer.status_code == 404

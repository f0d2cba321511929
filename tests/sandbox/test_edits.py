"""Faults that edit the tenant's real answer."""

from typing import Any

import pytest
import requests

from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, raw_message
from tests.support.sandbox_server import Sandbox

SUBJECTS = ("One", "Two", "Three")


@pytest.fixture
def inbox(tenant: Sandbox) -> Sandbox:
    """An inbox of three messages, listed by arrival."""
    for subject in SUBJECTS:
        tenant.deliver(PRIYA, raw_message(subject))
    return tenant


@pytest.mark.parametrize(
    ("edit", "subjects"),
    [
        ({"do": "drop", "item": {"subject": "Two"}}, ["One", "Three"]),
        ({"do": "drop", "item": 0}, ["Two", "Three"]),
        ({"do": "drop"}, []),
        ({"do": "repeat", "item": {"subject": "One"}}, ["One", "One", "Two", "Three"]),
        ({"do": "remove", "item": 1}, ["One", "removed", "Three"]),
        ({"do": "removeFirst", "item": 2}, ["One", "Two", "removed", "Three"]),
        ({"do": "toFront", "item": 2}, ["Three", "One", "Two"]),
        ({"do": "toEnd", "item": 0}, ["Two", "Three", "One"]),
        ({"do": "reverse"}, ["Three", "Two", "One"]),
        ([{"do": "drop", "item": 0}, {"do": "reverse"}], ["Three", "Two"]),
        ({"do": "set", "item": 1, "members": {"subject": None}}, ["One", None, "Three"]),
    ],
)
def test_edit_changes_the_real_answer(
    inbox: Sandbox, priya: Caller, edit: Any, subjects: list[str | None]
) -> None:
    inbox.control("POST", "faults", {"path": "/delta", "times": 1, "edit": edit})
    path = "/me/mailFolders/inbox/messages/delta"

    edited, real = priya.read(path), priya.read(path)

    told = ["removed" if "@removed" in item else item["subject"] for item in edited["value"]]
    assert told == subjects
    assert (
        edited["@odata.deltaLink"].partition("?")[0] == real["@odata.deltaLink"].partition("?")[0]
    )
    assert [item["subject"] for item in real["value"]] == list(SUBJECTS)


def test_edit_leads_links_to_another_host(inbox: Sandbox, priya: Caller) -> None:
    inbox.control("POST", "faults", {"path": "/delta", "times": 1, "edit": {"do": "leadAway"}})

    edited = priya.read("/me/mailFolders/inbox/messages/delta")

    assert [item["subject"] for item in edited["value"]] == list(SUBJECTS)
    assert edited["@odata.deltaLink"].startswith("https://elsewhere.example/")


def test_edit_sets_members_of_a_single_answer(inbox: Sandbox, priya: Caller) -> None:
    inbox.control(
        "POST", "faults", {"path": "/me$", "edit": {"do": "set", "members": {"mail": None}}}
    )

    found = priya.read("/me")

    assert (found["mail"], found["userPrincipalName"]) == (None, PRIYA)


def test_edit_changes_one_part_of_a_batch(inbox: Sandbox, priya: Caller) -> None:
    edit = {"do": "set", "members": {"mail": None}}
    inbox.control("POST", "faults", {"path": r"/me\?", "edit": edit})
    parts = [
        {"id": "1", "method": "GET", "url": "/me?$select=mail"},
        {"id": "2", "method": "GET", "url": "/me"},
    ]

    answers = priya.call("POST", "/$batch", json={"requests": parts}).json()["responses"]

    assert [one["body"]["mail"] for one in answers] == [None, PRIYA]


@pytest.mark.parametrize(
    "edit", [{"do": "explode"}, {"do": "set"}, {"do": "drop", "item": "x"}, {"do": "drop", "at": 1}]
)
def test_edit_without_meaning_is_refused(tenant: Sandbox, edit: dict[str, Any]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        tenant.control("POST", "faults", {"path": "/me", "edit": edit})

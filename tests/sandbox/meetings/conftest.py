"""Organizers on their own calendars and on that of a group, and the mail of their meetings."""

from typing import Any

import pytest

from tests.sandbox.calendars.conftest import KIM, event
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

ALEX = "alex@northwind.example"
SAM = "sam@northwind.example"
ROSA = "rosa@mail.example"
RECRUITING = "recruiting@northwind.example"
WRITES = {"Calendars.ReadWrite", "OnlineMeetings.ReadWrite", "Group.ReadWrite.All"}
NOON: dict[str, Any] = {
    "start": {"dateTime": "2026-11-27T12:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-11-27T13:00:00", "timeZone": "UTC"},
}


@pytest.fixture
def priya(tenant: Sandbox) -> Caller:
    return person(tenant, PRIYA, WRITES)


@pytest.fixture
def kim(tenant: Sandbox) -> Caller:
    return person(tenant, KIM, WRITES)


@pytest.fixture
def recruiting(tenant: Sandbox) -> str:
    """The path of the group's calendar. Alex and Priya follow it."""
    groups = tenant.control("GET", "groups")["value"]
    found = next(one["id"] for one in groups if one["displayName"] == "Recruiting")
    return f"/groups/{found}/events"


def made(caller: Caller, path: str = "/me/events", **changes: Any) -> dict[str, Any]:
    answer = caller.call("POST", path, json=event(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def patched(caller: Caller, path: str, **changes: Any) -> dict[str, Any]:
    answer = caller.call("PATCH", path, json=changes)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def mail(tenant: Sandbox, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tenant.control("GET", f"invitations{query}")["value"]
    return found


def told(tenant: Sandbox) -> list[tuple[str, str]]:
    """The kind and recipient of all mail since the last call."""
    found = [(one["kind"], one["address"]) for one in mail(tenant)]
    tenant.control("DELETE", "invitations")
    return found


def answers(caller: Caller, path: str) -> dict[str, str]:
    """The answer of each attendee, as an event shows it."""
    found = caller.read(path)["attendees"]
    return {one["emailAddress"]["address"]: one["status"]["response"] for one in found}

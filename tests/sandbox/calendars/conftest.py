"""Callers with the permissions of calendars, and events on the calendars of the cast."""

from typing import Any

import pytest

from tests.sandbox.callers import Caller, application, person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

KIM = "kim@northwind.example"
DAY = "startDateTime=2026-11-27T00:00:00Z&endDateTime=2026-11-28T00:00:00Z"


@pytest.fixture
def priya(tenant: Sandbox) -> Caller:
    return person(tenant, PRIYA, {"User.Read", "Calendars.ReadWrite"})


@pytest.fixture
def kim(tenant: Sandbox) -> Caller:
    return person(tenant, KIM, {"User.Read", "Calendars.ReadWrite"})


@pytest.fixture
def reader(tenant: Sandbox) -> Caller:
    """The application, which may read all calendars."""
    return application(tenant, "Calendars.Read")


def event(**changes: Any) -> dict[str, Any]:
    """An hour of a Friday morning, as clients send it."""
    return {
        "subject": "Offer",
        "start": {"dateTime": "2026-11-27T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-27T10:00:00", "timeZone": "UTC"},
        **changes,
    }


def invited(*addresses: str) -> list[dict[str, Any]]:
    return [{"emailAddress": {"address": address}} for address in addresses]


def added(caller: Caller, **changes: Any) -> dict[str, Any]:
    answer = caller.call("POST", "/me/events", json=event(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def seen(caller: Caller, window: str = DAY, **options: Any) -> list[dict[str, Any]]:
    """The view of the caller's own calendar within a window."""
    found: list[dict[str, Any]] = caller.read(f"/me/calendarView?{window}", **options)["value"]
    return found


def starts(found: list[dict[str, Any]]) -> list[str]:
    return [one["start"]["dateTime"][:16] for one in found]

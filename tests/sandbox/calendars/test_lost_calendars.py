"""Calendars of groups that lose their members or are deleted, and organizers who leave."""

import pytest

from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import DAY
from tests.sandbox.callers import Caller, application
from tests.sandbox.meetings.conftest import NOON, made, priya, recruiting
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

__all__ = ["priya", "recruiting"]


@pytest.fixture
def calendar(recruiting: str) -> str:
    return recruiting.removesuffix("/events")


def test_group_without_people_is_read_and_never_written(
    tenant: Sandbox, priya: Caller, calendar: str
) -> None:
    event = made(priya, f"{calendar}/events", **NOON)["id"]
    tenant.control("PATCH", "groups/Recruiting", {"members": [], "owners": []})
    path = f"{calendar}/events/{event}"

    answers = [
        priya.call("POST", f"{calendar}/events", json=NOON),
        priya.call("PATCH", path, json={"subject": "Later"}),
        priya.call("DELETE", path),
        priya.call("POST", f"{path}/cancel", json={}),
    ]

    assert {error(one) for one in answers} == {(403, "ErrorAccessDenied")}
    # The group is public, and reading it proves no membership.
    assert len(priya.read(f"{calendar}/calendarView?{DAY}")["value"]) == 1
    assert priya.read(f"{calendar.removesuffix('/events')}/members")["value"] == []


def test_private_group_without_people_shows_nothing(
    tenant: Sandbox, priya: Caller, calendar: str
) -> None:
    nobody = {"members": [], "owners": [], "visibility": "Private"}
    tenant.control("PATCH", "groups/Recruiting", nobody)

    answer = priya.call("GET", f"{calendar}/calendarView?{DAY}")
    assert error(answer) == (403, "ErrorAccessDenied")


def test_calendar_of_a_deleted_group_is_gone(tenant: Sandbox, priya: Caller, calendar: str) -> None:
    event = made(priya, f"{calendar}/events", **NOON)["id"]
    tenant.control("DELETE", "groups/Recruiting")

    answers = [
        priya.call("GET", f"{calendar}/calendarView?{DAY}"),
        priya.call("GET", f"{calendar}/events/{event}"),
        priya.call("PATCH", f"{calendar}/events/{event}", json={"subject": "Later"}),
        priya.call("POST", f"{calendar}/events", json=NOON),
    ]
    assert {error(one) for one in answers} == {(404, "Request_ResourceNotFound")}


def test_mailbox_of_a_disabled_organizer_stays_open_to_the_application(
    tenant: Sandbox, priya: Caller
) -> None:
    event = made(priya, **NOON)["id"]
    tenant.control("PATCH", f"users/{PRIYA}", {"accountEnabled": False})
    app = application(tenant, "Calendars.ReadWrite")

    assert app.read(f"/users/{PRIYA}/events/{event}")["id"] == event

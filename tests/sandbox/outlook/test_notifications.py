"""Notifications of what people and other programs do in calendars, and storms of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.interviews.outlook_hand import OutlookHand
from tests.sandbox.calendars.conftest import KIM
from tests.sandbox.callers import Caller, person
from tests.sandbox.meetings.conftest import ALEX, NOON, made, patched, priya, recruiting
from tests.sandbox.messages import PRIYA
from tests.sandbox.subscriptions.listener import Listener, listening
from tests.support.sandbox_server import Sandbox

__all__ = ["priya", "recruiting"]
FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def watch(caller: Caller, listener: Listener, resource: str = "me/events") -> int:
    ends_at = caller.sandbox.state.now() + timedelta(minutes=100)
    asked = {
        "changeType": "created,updated,deleted",
        "notificationUrl": f"{listener.url}/notifications",
        "resource": resource,
        "expirationDateTime": ends_at.isoformat(),
    }
    return caller.call("POST", "/subscriptions", json=asked).status_code


def test_own_calendar_tells_of_people_and_programs(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    event, hand = made(priya, **NOON)["id"], OutlookHand(tenant)
    assert watch(priya, listener) == 201
    hand.move(event, FRIDAY, FRIDAY + HOUR)
    patched(priya, f"/me/events/{event}", subject="Later")
    hand.delete(event)

    told = listener.wait_for(3)

    assert [one["changeType"] for one in told] == ["updated", "updated", "deleted"]
    assert {one["resourceData"]["id"] for one in told} == {event}


def test_group_events_tell_only_the_calendars_of_attendees(
    tenant: Sandbox, priya: Caller, recruiting: str, listener: Listener
) -> None:
    kim = person(tenant, KIM, {"Calendars.ReadWrite"})
    attendee = {"emailAddress": {"address": KIM}}
    event = made(priya, recruiting, **NOON, attendees=[attendee])["id"]
    assert watch(priya, listener, recruiting.removeprefix("/")) == 400
    assert watch(kim, listener) == 201

    hand = OutlookHand(tenant, ALEX)
    hand.move(event, FRIDAY, FRIDAY + HOUR, send=False)
    hand.move(event, FRIDAY + HOUR, FRIDAY + 2 * HOUR)
    told = listener.wait_for(1)

    assert [one["resourceData"]["id"] for one in told] == [hand.copy_of(event, KIM)]


def test_storm_tells_the_same_two_hundred_times(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    event = made(priya, **NOON)["id"]
    watch(priya, listener)
    tenant.control("PATCH", "tenant", {"notificationCopies": 200})
    OutlookHand(tenant, PRIYA).move(event, FRIDAY, FRIDAY + HOUR)

    told = listener.wait_for(200)

    assert len(told) == 200
    assert len({str(one) for one in told}) == 1

"""Changes that say the same again, and copies that an unsent change left old or not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.interviews.outlook_hand import OutlookHand, stamp
from tests.sandbox.calendars.conftest import KIM
from tests.sandbox.callers import Caller, person
from tests.sandbox.meetings.conftest import NOON, ROSA, SAM, made, patched, priya, told
from tests.support.sandbox_server import Sandbox

__all__ = ["priya"]
FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOVED: dict[str, Any] = {
    "start": {"dateTime": "2026-11-27T09:30:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-11-27T10:30:00", "timeZone": "UTC"},
}


@pytest.fixture
def hand(tenant: Sandbox) -> OutlookHand:
    return OutlookHand(tenant)


@pytest.fixture
def meeting(priya: Caller, tenant: Sandbox) -> str:
    people = [{"emailAddress": {"address": one}} for one in (SAM, KIM, ROSA)]
    found = made(priya, **NOON, attendees=people)
    told(tenant)
    return str(found["id"])


def repeated(priya: Caller, meeting: str) -> None:
    """Send the times again that the event has."""
    patched(priya, f"/me/events/{meeting}", **MOVED)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("everybody", (SAM, KIM, ROSA)), ("old", (KIM, ROSA)), ("nobody", ())],
)
def test_same_times_tell_whom_the_switch_says(
    hand: OutlookHand,
    tenant: Sandbox,
    priya: Caller,
    meeting: str,
    chosen: str,
    expected: tuple[str, ...],
) -> None:
    tenant.control("PATCH", "meetings", {"repeatsTell": chosen})
    hand.move(meeting, FRIDAY, FRIDAY + HOUR, send=False)
    # Sam keeps the new time already.
    hand.move_copy(meeting, SAM, FRIDAY, FRIDAY + HOUR)

    repeated(priya, meeting)

    copies = hand.read(meeting)["copies"]
    assert told(tenant) == [("update", one) for one in expected]
    assert copies[KIM]["start"] == (stamp(FRIDAY) if KIM in expected else "2026-11-27T12:00:00Z")


def test_old_copies_are_told_once(
    hand: OutlookHand, tenant: Sandbox, priya: Caller, meeting: str
) -> None:
    tenant.control("PATCH", "meetings", {"repeatsTell": "old"})
    hand.move(meeting, FRIDAY, FRIDAY + HOUR, send=False)

    repeated(priya, meeting)
    first = told(tenant)
    hand.move(meeting, FRIDAY + HOUR, FRIDAY + 2 * HOUR)
    moved = told(tenant)
    patched(priya, f"/me/events/{meeting}", subject="Interview")
    patched(priya, f"/me/events/{meeting}", subject="Interview")

    assert {one for _, one in first} == {one for _, one in moved} == {SAM, KIM, ROSA}
    assert len(told(tenant)) == 3


def test_unsent_change_may_reach_copies_without_mail(
    hand: OutlookHand, tenant: Sandbox, meeting: str
) -> None:
    tenant.control("PATCH", "meetings", {"unsentChangesCopies": True})
    hand.move(meeting, FRIDAY, FRIDAY + HOUR, send=False)

    assert {one["start"] for one in hand.read(meeting)["copies"].values()} == {stamp(FRIDAY)}
    assert told(tenant) == []


@pytest.mark.parametrize("declines", [True, False])
def test_copy_that_a_program_deletes_is_declined_or_not(
    tenant: Sandbox, hand: OutlookHand, meeting: str, declines: bool
) -> None:
    tenant.control("PATCH", "meetings", {"deletedCopiesDecline": declines})
    sam = person(tenant, SAM, {"Calendars.ReadWrite"})

    answer = sam.call("DELETE", f"/me/events/{hand.copy_of(meeting, SAM)}")

    assert answer.status_code == 204
    assert hand.read(meeting)["attendees"][SAM] == ("declined" if declines else "none")
    assert SAM not in hand.read(meeting)["copies"]

"""Mail of meetings in the Inbox of colleagues, while the quirk is on."""

from typing import Any

import pytest

from sandbox import quirks
from tests.sandbox.calendars.conftest import KIM, invited, seen
from tests.sandbox.callers import Caller, person
from tests.sandbox.meetings.conftest import NOON, made, patched
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

AURORA = "room-aurora@northwind.example"


@pytest.fixture(autouse=True)
def as_messages(tenant: Sandbox) -> None:
    tenant.control("POST", "quirks", {quirks.EVENT_MESSAGES.name: True})


def inbox(tenant: Sandbox, upn: str) -> list[dict[str, Any]]:
    """The messages of meetings in an Inbox."""
    reader = person(tenant, upn, {"Mail.Read"})
    found = reader.read("/me/mailFolders/inbox/messages?$top=50")["value"]
    return [one for one in found if "meetingMessageType" in one]


def of_meetings(tenant: Sandbox, upn: str) -> list[tuple[str, str]]:
    return [(one["subject"], one["meetingMessageType"]) for one in inbox(tenant, upn)]


def test_attendee_has_a_message_of_each_step(tenant: Sandbox, priya: Caller) -> None:
    path = f"/me/events/{made(priya, subject='Offer', attendees=invited(KIM, AURORA))['id']}"
    patched(priya, path, location={"displayName": "Room 4, left"})
    priya.call("POST", f"{path}/cancel", json={"comment": "Kim is away"})

    # All three arrive in the same second.
    cancel, request, update = sorted(
        inbox(tenant, KIM),
        key=lambda one: (one["meetingMessageType"], one["location"]["displayName"]),
    )
    kinds = [one["meetingMessageType"] for one in (request, update, cancel)]
    assert kinds == ["meetingRequest", "meetingRequest", "meetingCancelled"]
    assert update["location"]["displayName"] == "Room 4, left"
    assert request["@odata.type"] == "#microsoft.graph.eventMessageRequest"
    assert request["from"]["emailAddress"]["address"] == PRIYA
    assert [one["subject"] for one in (request, cancel)] == ["Offer", "Canceled: Offer"]
    assert "Kim is away" in cancel["body"]["content"]
    assert of_meetings(tenant, AURORA) == []


@pytest.mark.parametrize(
    ("verb", "start", "kind"),
    [
        ("accept", "Accepted", "meetingAccepted"),
        ("tentativelyAccept", "Tentative", "meetingTenativelyAccepted"),
        ("decline", "Declined", "meetingDeclined"),
    ],
)
def test_organizer_has_a_message_of_an_answer(
    tenant: Sandbox, priya: Caller, kim: Caller, verb: str, start: str, kind: str
) -> None:
    made(priya, subject="Offer", attendees=invited(KIM))
    (copy,) = seen(kim)

    kim.call("POST", f"/me/events/{copy['id']}/{verb}", json={"comment": "As planned"})

    (found,) = inbox(tenant, PRIYA)
    assert (found["subject"], found["meetingMessageType"]) == (f"{start}: Offer", kind)
    assert "As planned" in found["body"]["content"]


def test_proposal_has_both_times(tenant: Sandbox, priya: Caller, kim: Caller) -> None:
    meeting = made(priya, attendees=invited(KIM))
    (copy,) = seen(kim)

    body = {"proposedNewTime": NOON}
    kim.call("POST", f"/me/events/{copy['id']}/tentativelyAccept", json=body)

    (found,) = inbox(tenant, PRIYA)
    assert found["@odata.type"] == "#microsoft.graph.eventMessageResponse"
    assert found["startDateTime"] == meeting["start"]
    assert found["proposedNewTime"]["start"]["dateTime"] == "2026-11-27T12:00:00.0000000"


def test_no_mail_without_the_quirk(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "quirks", {quirks.EVENT_MESSAGES.name: False})

    made(priya, attendees=invited(KIM))

    assert of_meetings(tenant, KIM) == []

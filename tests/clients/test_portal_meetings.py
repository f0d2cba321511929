"""Other people's programs read meetings such as Portal writes, and answer them."""

from datetime import UTC, datetime

import pytest

from tests.clients import javascript
from tests.clients.javascript import post, read
from tests.clients.mail import PRIYA
from tests.clients.meetings import (
    ATTENDEES,
    BY_MARK,
    EMPTY,
    EVENTS,
    KIM,
    MARK,
    NEW_TIME,
    ROSA,
    VALUE,
    WITH_MARK,
    invited,
    kinds,
)
from tests.clients.o365_account import signed_in
from tests.clients.sign_in import SignIn
from tests.sandbox.callers import person
from tests.support.sandbox_server import Sandbox

CALENDARS = {"Calendars.ReadWrite"}


@pytest.mark.graph_client
def test_javascript_client_writes_and_answers_a_meeting(tenant: Sandbox) -> None:
    organizer = javascript.application(tenant, "Calendars.ReadWrite")
    attendee = javascript.person(tenant, KIM, CALENDARS)

    first, again = organizer.run(post(EVENTS, EMPTY), post(EVENTS, EMPTY))
    event = f"{EVENTS}/{first['value']['id']}"
    told_before = kinds(tenant)
    _, marked = organizer.run(
        {"method": "patch", "path": event, "body": ATTENDEES},
        read(EVENTS, query={"filter": BY_MARK, "expand": WITH_MARK}),
    )
    (copies,) = attendee.run(read("/me/events"))
    (copy,) = copies["value"]["value"]
    proposed, accepted = attendee.run(
        post(f"/me/events/{copy['id']}/tentativelyAccept", {"proposedNewTime": NEW_TIME}),
        post(f"/me/events/{copy['id']}/accept", {"comment": "That works too"}),
    )
    (organized,) = organizer.run(read(event))

    assert first["value"]["id"] == again["value"]["id"]
    assert told_before == []
    (found,) = marked["value"]["value"]
    assert found["singleValueExtendedProperties"] == [{"id": MARK, "value": VALUE}]
    assert copy["onlineMeeting"] == first["value"]["onlineMeeting"]
    assert copy["iCalUId"] == first["value"]["iCalUId"]
    assert (proposed, accepted) == ({"value": {}}, {"value": {}})
    answers = [one["status"]["response"] for one in organized["value"]["attendees"]]
    assert answers == ["accepted", "none"]
    assert kinds(tenant) == [
        ("request", KIM),
        ("request", ROSA),
        ("proposal", PRIYA),
        ("accepted", PRIYA),
    ]


@pytest.mark.clients
@pytest.mark.filterwarnings("default")  # warnings of other people's programs are not ours to fix
@pytest.mark.parametrize("kind", ["accepted", "tentative", "declined"])
def test_o365_reads_and_answers_a_meeting(tenant: Sandbox, sign_in: SignIn, kind: str) -> None:
    organized = invited(tenant)
    scopes = ("User.Read", "Calendars.ReadWrite")
    calendar = signed_in(tenant, sign_in, "Kim Lund", scopes).schedule().get_default_calendar()
    (event,) = calendar.get_events(include_recurring=False)

    if kind == "declined":
        is_answered = event.decline_event(comment="Sorry")
    else:
        is_answered = event.accept_event(comment="Yes", tentatively=kind == "tentative")

    assert is_answered
    assert event.subject == organized["subject"]
    assert event.start == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert event.organizer.address == PRIYA
    assert [one.address for one in event.attendees] == [KIM, ROSA]
    assert event.online_meeting == organized["onlineMeeting"]
    assert kinds(tenant)[2:] == [(kind, PRIYA)]


@pytest.mark.clients
@pytest.mark.filterwarnings("default")
def test_o365_reads_the_answers(tenant: Sandbox, sign_in: SignIn) -> None:
    invited(tenant)
    kim, verify = person(tenant, KIM, CALENDARS), str(tenant.certificate)
    copy = kim.read("/me/events", verify=verify)["value"][0]
    body = {"proposedNewTime": NEW_TIME}
    kim.call("POST", f"/me/events/{copy['id']}/decline", json=body, verify=verify)

    scopes = ("User.Read", "Calendars.ReadWrite")
    calendar = signed_in(tenant, sign_in, "Priya Kaur", scopes).schedule().get_default_calendar()
    (event,) = calendar.get_events(include_recurring=False)
    answers = [(one.address, one.response_status.status) for one in event.attendees]
    is_cancelled = event.cancel_event(comment="Another day")

    assert [(address, answer and answer.value) for address, answer in answers] == [
        (KIM, "declined"),
        (ROSA, None),
    ]
    assert is_cancelled
    assert kinds(tenant)[-2:] == [("cancel", KIM), ("cancel", ROSA)]

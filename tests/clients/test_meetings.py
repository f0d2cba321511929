"""Meetings with Teams links that other people's clients make, change, cancel and read."""

from typing import Any

import pytest

from tests.clients.graph_sdk import of_person, run
from tests.clients.o365_account import signed_in
from tests.clients.sign_in import SignIn
from tests.support.sandbox_server import Sandbox

# Warnings of third-party clients are not ours to fix.
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]
PRIYA = "priya@northwind.example"
KIM = "kim@northwind.example"
ROSA = "rosa@mail.example"
SCOPES = {"Calendars.ReadWrite", "OnlineMeetings.ReadWrite"}


@pytest.fixture
def graph(tenant: Sandbox) -> Any:
    """Microsoft's Graph SDK with Priya's token."""
    return of_person(tenant, PRIYA, SCOPES)


def attendees(*addresses: str) -> list[Any]:
    from msgraph.generated.models.attendee import Attendee
    from msgraph.generated.models.email_address import EmailAddress

    return [Attendee(email_address=EmailAddress(address=address)) for address in addresses]


def interview() -> Any:
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.models.event import Event
    from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType

    return Event(
        subject="Interview",
        start=DateTimeTimeZone(date_time="2026-11-27T09:00:00", time_zone="UTC"),
        end=DateTimeTimeZone(date_time="2026-11-27T10:00:00", time_zone="UTC"),
        is_online_meeting=True,
        online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
        transaction_id="row-1",
    )


def mail(tenant: Sandbox) -> list[tuple[str, str, str]]:
    found = tenant.control("GET", "invitations")["value"]
    return [(one["kind"], one["address"], one["comment"]) for one in found]


def test_graph_sdk_makes_changes_and_cancels_a_meeting(graph: Any, tenant: Sandbox) -> None:
    from msgraph.generated.models.event import Event
    from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import (
        CancelPostRequestBody,
    )

    async def work() -> tuple[Any, Any]:
        made = await graph.me.events.post(interview())
        event = graph.me.events.by_event_id(made.id)
        await event.patch(Event(attendees=attendees(KIM, ROSA)))
        await event.patch(Event(attendees=attendees(ROSA)))
        read = await event.get()
        await event.cancel.post(CancelPostRequestBody(comment="Sorry"))
        return made, read

    made, read = run(graph, work())

    assert made.transaction_id == "row-1"
    assert read.online_meeting.join_url == made.online_meeting.join_url
    assert read.online_meeting.join_url in read.body.content
    assert [one.email_address.address for one in read.attendees] == [ROSA]
    assert mail(tenant) == [
        ("request", KIM, ""),
        ("request", ROSA, ""),
        ("cancel", KIM, ""),
        ("cancel", ROSA, "Sorry"),
    ]


def test_graph_sdk_gets_the_same_online_meeting(graph: Any) -> None:
    from datetime import UTC, datetime

    from msgraph.generated.models.online_meeting import OnlineMeeting
    from msgraph.generated.users.item.online_meetings.create_or_get import (
        create_or_get_post_request_body as bodies,
    )

    asked = bodies.CreateOrGetPostRequestBody(
        external_id="row-1",
        subject="Interview",
        start_date_time=datetime(2026, 11, 27, 9, tzinfo=UTC),
        end_date_time=datetime(2026, 11, 27, 10, tzinfo=UTC),
    )
    later = datetime(2026, 11, 27, 12, tzinfo=UTC)

    async def work() -> tuple[Any, Any, Any]:
        meetings = graph.me.online_meetings
        first = await meetings.create_or_get.post(asked)
        again = await meetings.create_or_get.post(asked)
        one = meetings.by_online_meeting_id(first.id)
        moved = await one.patch(OnlineMeeting(start_date_time=later, end_date_time=later))
        return first, again, moved

    first, again, moved = run(graph, work())

    assert (again.id, again.join_web_url) == (first.id, first.join_web_url)
    assert (moved.join_web_url, moved.start_date_time) == (first.join_web_url, later)


def test_o365_reads_the_link_and_answers(graph: Any, tenant: Sandbox, sign_in: SignIn) -> None:
    from msgraph.generated.models.event import Event

    async def work() -> Any:
        made = await graph.me.events.post(interview())
        await graph.me.events.by_event_id(made.id).patch(Event(attendees=attendees(KIM)))
        return made

    made = run(graph, work())
    scopes = ("User.Read", "Calendars.ReadWrite")
    calendar = signed_in(tenant, sign_in, "Kim Lund", scopes).schedule().get_default_calendar()

    (found,) = calendar.get_events(include_recurring=False)
    is_accepted = found.accept_event("See you")

    assert found.subject == "Interview"
    assert found.is_online_meeting
    assert found.online_meeting["joinUrl"] == made.online_meeting.join_url
    assert is_accepted
    assert mail(tenant)[-1] == ("accepted", PRIYA, "See you")

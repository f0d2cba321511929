"""python-o365: sign-in by code, lists, search and sending."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.clients.o365_account import signed_in
from tests.clients.sign_in import SignIn
from tests.sandbox.callers import person
from tests.support.sandbox_server import Sandbox

# Warnings of third-party clients are not ours to fix.
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]
PRIYA = "priya@northwind.example"
JOBS = "jobs@northwind.example"


def raw_message(number: int, sender: str = "Rosa Ortega <rosa.ortega@mail.example>") -> bytes:
    return (
        f"From: {sender}\r\nTo: {PRIYA}\r\nSubject: Number {number}\r\n"
        f"Message-ID: <{number}@mail.example>\r\n\r\nText {number}.\r\n"
    ).encode()


@pytest.fixture
def account(tenant: Sandbox, sign_in: SignIn) -> Any:
    scopes = ("User.Read", "Mail.Read", "Mail.Send", "Mail.ReadWrite")
    return signed_in(tenant, sign_in, "Priya Kaur", scopes)


def test_lists_messages_over_several_pages(account: Any, tenant: Sandbox) -> None:
    for number in range(60):
        tenant.deliver(PRIYA, raw_message(number))

    subjects = [
        message.subject
        for message in account.mailbox().inbox_folder().get_messages(limit=60, batch=25)
    ]

    assert len(set(subjects)) == 60


def test_searches_by_participant(account: Any, tenant: Sandbox) -> None:
    tenant.deliver(PRIYA, raw_message(1))
    tenant.deliver(PRIYA, raw_message(2, "somebody@else.example"))
    mailbox = account.mailbox()

    query = mailbox.new_query().search("participants:rosa.ortega@mail.example")
    found = [message.subject for message in mailbox.get_messages(query=query)]

    assert found == ["Number 1"]


def test_sends_and_keeps_a_copy(account: Any, tenant: Sandbox) -> None:
    message = account.new_message()
    message.to.add("alex@northwind.example")
    message.subject = "From a client"
    message.body = "Hello Alex"

    message.send()

    state = tenant.state
    count = state.row("select count(*) as n from messages where item like '%From a client%'")
    assert count == {"n": 2}


def test_reads_a_shared_mailbox_and_answers_on_its_behalf(tenant: Sandbox, sign_in: SignIn) -> None:
    tenant.control("POST", f"mailboxes/{JOBS}/applicants")
    scopes = ("User.Read", "Mail.Read.Shared", "Mail.ReadWrite.Shared", "Mail.Send.Shared")
    mailbox = signed_in(tenant, sign_in, "Priya Kaur", scopes).mailbox(resource=JOBS)

    query = mailbox.new_query().search("participants:owen.price@post.example")
    (received,) = mailbox.get_messages(query=query)
    answer = received.reply()
    answer.body = "Thank you."
    is_sent = answer.send()

    (copy,) = mailbox.sent_folder().get_messages()
    assert received.subject == "Speculative application"
    assert is_sent
    assert (copy.sender.address, [one.address for one in copy.to]) == (
        JOBS,
        ["owen.price@post.example"],
    )
    source = mailbox.get_message(copy.object_id).get_mime_content()
    assert f"Sender: Priya Kaur <{PRIYA}>".encode() in source


def test_closed_mailbox_is_refused(tenant: Sandbox, sign_in: SignIn) -> None:
    scopes = ("User.Read", "Mail.Read.Shared")
    mailbox = signed_in(tenant, sign_in, "Priya Kaur", scopes).mailbox(resource=JOBS)

    with pytest.raises(requests.HTTPError) as refused:
        list(mailbox.get_messages())

    assert refused.value.response.status_code == 403


def test_finds_a_group_and_its_members(tenant: Sandbox, sign_in: SignIn) -> None:
    scopes = ("User.Read", "GroupMember.Read.All", "User.Read.All")
    groups = signed_in(tenant, sign_in, "Alex Berg", scopes).groups()

    by_mail = groups.get_group_by_mail("recruiting@northwind.example")
    by_id = groups.get_group_by_id(by_mail.object_id)
    members = by_id.get_group_members()

    assert (by_mail.display_name, by_id.visibility) == ("Recruiting", "Public")
    assert sorted(member.mail for member in members) == ["alex@northwind.example", PRIYA]
    assert len(groups.list_groups()) == 9


def test_keeps_a_schedule(tenant: Sandbox, sign_in: SignIn) -> None:
    scopes = ("User.Read", "Calendars.ReadWrite")
    calendar = signed_in(tenant, sign_in, "Priya Kaur", scopes).schedule().get_default_calendar()
    start = datetime(2026, 11, 27, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    event = calendar.new_event("Offer")
    event.start, event.end = start, start + timedelta(hours=1)
    event.attendees.add("kim@northwind.example")
    event.recurrence.set_weekly(
        1, days_of_week=["friday"], first_day_of_week="monday", start=start.date(), occurrences=3
    )
    is_saved = event.save()

    found = list(
        calendar.get_events(
            start_recurring=start - timedelta(days=1),
            end_recurring=start + timedelta(days=40),
            include_recurring=True,
        )
    )

    assert is_saved
    assert [one.start for one in found] == [start + timedelta(days=7 * week) for week in range(3)]
    assert {one.subject for one in found} == {"Offer"}
    (copy,) = tenant.control("GET", "mailboxes/kim@northwind.example/events")["value"]
    assert (copy["type"], copy["response"]) == ("seriesMaster", "notResponded")


def test_answers_a_meeting_and_asks_who_is_busy(tenant: Sandbox, sign_in: SignIn) -> None:
    scopes = ("User.Read", "Calendars.ReadWrite")
    start = datetime(2026, 11, 27, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    meeting = {
        "subject": "Offer",
        "start": {"dateTime": "2026-11-27T09:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-27T10:00:00", "timeZone": "Europe/Berlin"},
        "attendees": [{"emailAddress": {"address": PRIYA}}],
    }
    kim = person(tenant, "kim@northwind.example", {"Calendars.ReadWrite"})
    kim.call("POST", "/me/events", json=meeting, verify=str(tenant.certificate))
    schedule = signed_in(tenant, sign_in, "Priya Kaur", scopes).schedule()
    calendar = schedule.get_default_calendar()
    (event,) = calendar.get_events(include_recurring=False)

    is_accepted = event.accept_event(comment="Yes")
    found = schedule.get_availability(
        [PRIYA, "kim@northwind.example"], start - timedelta(hours=1), start + timedelta(hours=2)
    )

    assert is_accepted
    (organized,) = tenant.control("GET", "mailboxes/kim@northwind.example/events")["value"]
    assert (event.object_id != organized["id"], organized["response"]) == (True, "organizer")
    assert [one["availabilityView"] for one in found] == [["free", "busy", "free"]] * 2
    assert [one.name for one in schedule.list_calendars()] == ["Calendar"]

"""Group calendars: who reads and writes them, the organizer, and copies for members."""

from typing import Any

import pytest

from sandbox import quirks
from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import DAY, KIM, event, invited, seen
from tests.sandbox.callers import Caller, application, person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

ALEX = "alex@northwind.example"
RECRUITING = "recruiting@northwind.example"
ALL = {"Group.ReadWrite.All", "Calendars.ReadWrite"}
REFUSED = (403, "ErrorAccessDenied")


@pytest.fixture
def writer(tenant: Sandbox) -> Caller:
    return person(tenant, PRIYA, ALL)


@pytest.fixture
def outsider(tenant: Sandbox) -> Caller:
    return person(tenant, KIM, ALL)


@pytest.fixture
def recruiting(tenant: Sandbox) -> str:
    return path_of(tenant, "Recruiting")


def path_of(tenant: Sandbox, name: str) -> str:
    groups = tenant.control("GET", "groups")["value"]
    return "/groups/" + next(str(one["id"]) for one in groups if one["displayName"] == name)


def made(caller: Caller, group: str, **changes: Any) -> dict[str, Any]:
    answer = caller.call("POST", f"{group}/events", json=event(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def subjects(caller: Caller, group: str) -> list[str]:
    found = caller.read(f"{group}/calendarView?{DAY}&$select=subject")["value"]
    return [one["subject"] for one in found]


def test_group_organizes_and_its_members_have_copies(
    tenant: Sandbox, writer: Caller, recruiting: str
) -> None:
    alex = person(tenant, ALEX, ALL)

    found = made(writer, recruiting, attendees=invited(KIM), isOnlineMeeting=True)

    assert found["organizer"]["emailAddress"]["address"] == RECRUITING
    assert (found["isOrganizer"], found["isOnlineMeeting"]) == (True, False)
    assert len(found["attendees"]) == 1
    for caller in (writer, alex, person(tenant, KIM, ALL)):
        (copy,) = seen(caller)
        assert (copy["iCalUId"], copy["isOrganizer"]) == (found["iCalUId"], False)


def test_only_members_who_follow_the_group_have_copies(
    tenant: Sandbox, writer: Caller, recruiting: str
) -> None:
    tenant.control("PATCH", "groups/Recruiting", {"subscribers": [ALEX]})

    made(writer, recruiting)

    assert [len(seen(person(tenant, name, ALL))) for name in (ALEX, PRIYA)] == [1, 0]


def test_writer_and_group_are_attendees_while_the_quirk_is_on(
    tenant: Sandbox, writer: Caller, recruiting: str
) -> None:
    tenant.control("POST", "quirks", {quirks.GROUP_ADDS_WRITER.name: True})

    found = made(writer, recruiting)

    addresses = [one["emailAddress"]["address"] for one in found["attendees"]]
    assert addresses == [RECRUITING, PRIYA]


def test_everybody_reads_a_public_group_and_members_write(
    tenant: Sandbox, writer: Caller, outsider: Caller, recruiting: str
) -> None:
    found = made(writer, recruiting)
    path = f"{recruiting}/events/{found['id']}"
    read = subjects(outsider, recruiting)
    refused = [
        error(outsider.call("POST", f"{recruiting}/events", json=event())),
        error(outsider.call("PATCH", path, json={"subject": "Mine"})),
        error(outsider.call("DELETE", path)),
    ]

    tenant.control("PATCH", "groups/Recruiting", {"visibility": "Private"})

    assert (read, refused) == (["Offer"], [REFUSED] * 3)
    assert error(outsider.call("GET", f"{recruiting}/calendarView?{DAY}")) == REFUSED
    assert subjects(writer, recruiting) == ["Offer"]


@pytest.mark.parametrize("is_strict", [False, True])
def test_owner_who_is_no_member_may_write_without_the_quirk(
    tenant: Sandbox, is_strict: bool
) -> None:
    tenant.control("POST", "quirks", {quirks.OWNERS_CANNOT_WRITE.name: is_strict})
    alex = person(tenant, ALEX, ALL)

    answer = alex.call("POST", f"{path_of(tenant, 'Works council')}/events", json=event())

    assert answer.status_code == (403 if is_strict else 201)


def test_read_only_members_are_refused_by_a_write_alone(
    tenant: Sandbox, writer: Caller, recruiting: str
) -> None:
    made(writer, recruiting)

    tenant.control("PATCH", "groups/Recruiting", {"calendarMemberReadOnly": True})

    assert error(writer.call("POST", f"{recruiting}/events", json=event())) == REFUSED
    assert subjects(writer, recruiting) == ["Offer"]


def test_applications_and_lesser_permissions_are_refused(tenant: Sandbox, recruiting: str) -> None:
    app = application(tenant, "Group.Read.All", "Group.ReadWrite.All", "Calendars.ReadWrite")
    plain = person(tenant, PRIYA, {"Calendars.ReadWrite", "GroupMember.Read.All"})
    reading = person(tenant, PRIYA, {"Group.Read.All"})

    for caller in (app, plain):
        assert error(caller.call("GET", f"{recruiting}/events")) == REFUSED
        assert error(caller.call("GET", f"{recruiting}/calendarView?{DAY}")) == REFUSED
        assert error(caller.call("POST", f"{recruiting}/events", json=event())) == REFUSED
    assert error(reading.call("POST", f"{recruiting}/events", json=event())) == REFUSED
    assert subjects(reading, recruiting) == []


def test_only_groups_with_a_mailbox_have_a_calendar(tenant: Sandbox, writer: Caller) -> None:
    security = writer.call("GET", f"{path_of(tenant, 'Hiring')}/events")
    unknown = writer.call("GET", "/groups/00000000-0000-4000-8000-000000000000/events")

    tenant.control("PATCH", "groups/Recruiting", {"isFresh": True})

    fresh = writer.call("GET", f"{path_of(tenant, 'Recruiting')}/events")
    assert error(security) == (404, "ErrorInvalidGroup")
    assert error(unknown) == (404, "Request_ResourceNotFound")
    assert error(fresh) == (404, "ErrorItemNotFound")


def test_group_event_is_moved_and_cancelled(writer: Caller, recruiting: str) -> None:
    found = made(writer, recruiting)
    path = f"{recruiting}/calendar/events/{found['id']}"
    later = {"end": {"dateTime": "2026-11-27T12:00:00", "timeZone": "UTC"}}

    changed = writer.call("PATCH", path, json=later)
    cancelled = writer.call("POST", f"{path}/cancel", json={})

    assert (changed.status_code, cancelled.status_code) == (200, 202)
    assert changed.json()["end"]["dateTime"].startswith("2026-11-27T12:00")
    assert subjects(writer, recruiting) == []
    assert [one["isCancelled"] for one in seen(writer)] == [True]
    answer = writer.call("POST", f"{path}/accept", json={})
    assert error(answer) == (501, "NotImplemented")


def test_batch_of_a_group_calendar_is_throttled(
    tenant: Sandbox, writer: Caller, recruiting: str
) -> None:
    part = {"method": "GET", "url": f"{recruiting}/calendarView?{DAY}"}
    parts = [{"id": str(number), **part} for number in range(5)]
    tenant.control("PATCH", "tenant", {"mailboxConcurrency": 3})

    answers = writer.call("POST", "/$batch", json={"requests": parts}).json()["responses"]

    statuses = sorted(one["status"] for one in answers)
    assert statuses == [200, 200, 200, 200, 429]

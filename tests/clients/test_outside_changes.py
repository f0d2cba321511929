"""Other people's programs move and delete meetings of Portal's. The tenant's record says who."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.clients import javascript
from tests.clients.graph_sdk import of_person, run
from tests.clients.javascript import read
from tests.clients.mail import PRIYA
from tests.clients.meetings import ATTENDEES, EMPTY, KIM, NEW_TIME, ROSA, history, invited, kinds
from tests.clients.o365_account import signed_in
from tests.clients.sign_in import SignIn
from tests.sandbox.callers import person
from tests.support.sandbox_server import Sandbox

ALEX = "alex@northwind.example"
LATER = "2026-11-27T13:00:00Z"
# The organizer moves the meeting, and then deletes it.
MOVED_AND_DELETED = [("updated", LATER, PRIYA), ("deleted", LATER, PRIYA)]
TOLD = [
    ("request", KIM),
    ("request", ROSA),
    ("update", KIM),
    ("update", ROSA),
    ("cancel", KIM),
    ("cancel", ROSA),
]


@pytest.mark.graph_client
def test_javascript_client_moves_and_deletes_a_meeting(tenant: Sandbox) -> None:
    event = invited(tenant)["id"]
    path = f"/me/events/{event}"
    client = javascript.person(tenant, PRIYA, {"Calendars.ReadWrite"})

    moved, deleted, gone = client.run(
        {"method": "patch", "path": path, "body": NEW_TIME},
        {"method": "delete", "path": path},
        read(path),
    )

    assert moved["value"]["start"]["dateTime"].startswith("2026-11-27T13:00")
    assert (deleted, gone) == ({"value": None}, {"status": 404, "code": "ErrorItemNotFound"})
    assert history(tenant, event) == MOVED_AND_DELETED
    assert kinds(tenant) == TOLD


@pytest.mark.clients
@pytest.mark.filterwarnings("default")  # warnings of other people's programs are not ours to fix
def test_o365_moves_and_deletes_a_meeting(tenant: Sandbox, sign_in: SignIn) -> None:
    identity = invited(tenant)["id"]
    scopes = ("User.Read", "Calendars.ReadWrite")
    calendar = signed_in(tenant, sign_in, "Priya Kaur", scopes).schedule().get_default_calendar()
    (event,) = calendar.get_events(include_recurring=False)

    event.start = datetime(2026, 11, 27, 13, tzinfo=ZoneInfo("UTC"))
    event.end = event.start + timedelta(hours=1)
    assert event.save()
    assert event.delete()

    assert history(tenant, identity) == MOVED_AND_DELETED
    assert kinds(tenant) == TOLD


@pytest.mark.clients
@pytest.mark.filterwarnings("default")
def test_o365_moves_and_deletes_an_attendees_own_copy(tenant: Sandbox, sign_in: SignIn) -> None:
    organized = invited(tenant)
    scopes = ("User.Read", "Calendars.ReadWrite")
    calendar = signed_in(tenant, sign_in, "Kim Lund", scopes).schedule().get_default_calendar()
    (copy,) = calendar.get_events(include_recurring=False)

    copy.start = datetime(2026, 11, 27, 13, tzinfo=ZoneInfo("UTC"))
    copy.end = copy.start + timedelta(hours=1)
    assert copy.save()
    assert copy.delete()

    assert history(tenant, copy.object_id) == [("updated", LATER, KIM), ("deleted", LATER, KIM)]
    assert history(tenant, organized["id"]) == []
    assert kinds(tenant) == TOLD[:2]


@pytest.mark.clients
@pytest.mark.filterwarnings("default")
def test_graph_sdk_moves_and_deletes_on_a_groups_calendar(tenant: Sandbox) -> None:
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.models.event import Event

    group, event = of_a_group(tenant)
    graph = of_person(tenant, ALEX, {"Group.ReadWrite.All"})
    at = [DateTimeTimeZone(date_time=f"2026-11-27T{n}:00:00", time_zone="UTC") for n in (13, 14)]

    async def work() -> Any:
        found = graph.groups.by_group_id(group).events.by_event_id(event)
        moved = await found.patch(Event(start=at[0], end=at[1]))
        await found.delete()
        return moved

    moved = run(graph, work())

    assert moved.organizer.email_address.address == "recruiting@northwind.example"
    assert history(tenant, event)[-2:] == [("updated", LATER, ALEX), ("deleted", LATER, ALEX)]
    attendees = [one for one in kinds(tenant) if one[1] in (KIM, ROSA)]
    assert attendees == TOLD


def of_a_group(tenant: Sandbox) -> tuple[str, str]:
    """The ids of a group, and of a meeting of Portal's on its calendar, written by Priya."""
    groups = tenant.control("GET", "groups")["value"]
    group = next(one["id"] for one in groups if one["displayName"] == "Recruiting")
    priya, verify = person(tenant, PRIYA, {"Group.ReadWrite.All"}), str(tenant.certificate)
    path = f"/groups/{group}/events"
    made = priya.call("POST", path, json=EMPTY, verify=verify).json()
    priya.call("PATCH", f"{path}/{made['id']}", json=ATTENDEES, verify=verify)
    return group, made["id"]

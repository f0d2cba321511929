"""Each answer about calendars and groups fits Microsoft's description, which names every path."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.calendars.conftest import DAY, added, event, invited
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

pytestmark = pytest.mark.openapi
OF_CALENDARS = re.compile(
    r"calendar|/events|^/groups|memberOf|MemberGroups|ownedObjects|supportedTimeZones",
    re.IGNORECASE,
)
DAILY = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd"}}
SCHEDULE = {
    "schedules": [PRIYA],
    "startTime": {"dateTime": "2026-11-27T08:00:00", "timeZone": "UTC"},
    "endTime": {"dateTime": "2026-11-27T12:00:00", "timeZone": "UTC"},
}
# The paths below a person, with {event} and {calendar} for their ids. {answered} is a meeting.
READS = (
    ("/calendar", "/calendar"),
    (f"/calendarView?{DAY}", "/calendarView"),
    (f"/calendarView/delta?{DAY}", "/calendarView/delta"),
    ("/calendars", "/calendars"),
    ("/calendars/{calendar}", "/calendars/{calendar-id}"),
    (f"/calendars/{{calendar}}/calendarView?{DAY}", "/calendars/{calendar-id}/calendarView"),
    (
        f"/calendars/{{calendar}}/calendarView/delta?{DAY}",
        "/calendars/{calendar-id}/calendarView/delta",
    ),
    ("/events", "/events"),
    ("/events/{event}", "/events/{event-id}"),
    (f"/events/{{event}}/instances?{DAY}", "/events/{event-id}/instances"),
    ("/memberOf", "/memberOf"),
    ("/transitiveMemberOf", "/transitiveMemberOf"),
    ("/ownedObjects", "/ownedObjects"),
    ("/memberOf/microsoft.graph.group", "/memberOf/microsoft.graph.group"),
    ("/transitiveMemberOf/microsoft.graph.group", "/transitiveMemberOf/microsoft.graph.group"),
    ("/ownedObjects/microsoft.graph.group", "/ownedObjects/microsoft.graph.group"),
    ("/outlook/supportedTimeZones", "/outlook/supportedTimeZones"),
)
WRITES: tuple[tuple[str, str, Any, str, int], ...] = (
    ("POST", "/events", event(), "/events", 201),
    ("POST", "/calendars/{calendar}/events", event(), "/calendars/{calendar-id}/events", 201),
    ("PATCH", "/events/{event}", {"subject": "Final"}, "/events/{event-id}", 200),
    ("POST", "/calendar/getSchedule", SCHEDULE, "/calendar/getSchedule", 200),
    ("POST", "/checkMemberGroups", {"groupIds": ["{group}"]}, "/checkMemberGroups", 200),
    ("POST", "/events/{answered}/accept", {}, "/events/{event-id}/accept", 202),
    (
        "POST", "/events/{answered}/tentativelyAccept", {},
        "/events/{event-id}/tentativelyAccept", 202,
    ),
    ("POST", "/events/{answered}/decline", {}, "/events/{event-id}/decline", 202),
    ("POST", "/events/{event}/cancel", {}, "/events/{event-id}/cancel", 202),
    ("DELETE", "/events/{other}", None, "/events/{event-id}", 204),
)  # fmt: skip  # a call to a line
OF_GROUP = (
    ("GET", "", None, "", 200),
    ("GET", "/calendar", None, "/calendar", 200),
    ("GET", f"/calendarView?{DAY}", None, "/calendarView", 200),
    ("GET", f"/calendar/calendarView?{DAY}", None, "/calendar/calendarView", 200),
    ("GET", f"/calendarView/delta?{DAY}", None, "/calendarView/delta", 200),
    ("GET", "/members", None, "/members", 200),
    ("GET", "/owners", None, "/owners", 200),
    ("GET", "/team", None, "/team", 200),
    *(
        one
        for where in ("", "/calendar")
        for one in (
            ("POST", f"{where}/events", event(), f"{where}/events", 201),
            ("GET", f"{where}/events", None, f"{where}/events", 200),
            ("GET", f"{where}/events/{{event}}", None, f"{where}/events/{{event-id}}", 200),
            ("PATCH", f"{where}/events/{{event}}", {"subject": "Final"},
             f"{where}/events/{{event-id}}", 200),
            ("POST", f"{where}/events/{{event}}/cancel", {},
             f"{where}/events/{{event-id}}/cancel", 202),
            ("DELETE", f"{where}/events/{{other}}", None, f"{where}/events/{{event-id}}", 204),
        )
    ),
)  # fmt: skip  # a call to a line
# What the practice tenant does not have. Portal does not use it.
MISSING = {
    "GET /groups/delta",
    *(
        f"{call} {who}/events/{{event-id}}/extensions{rest}"
        for who in ("/me", "/users/{user-id}")
        for call, rest in (("POST", ""), ("GET", "/{extension-id}"))
    ),
}


def described() -> set[str]:
    """Each call about calendars and groups that Microsoft describes."""
    return {
        f"{method.upper()} {path}"
        for path, methods in openapi.paths().items()
        for method in methods
        if OF_CALENDARS.search(path)
    }


def assert_fit(caller: Caller, calls: Iterator[tuple[str, str, Any, str, int]]) -> None:
    for method, path, body, known, status in calls:
        answer = caller.call(method, path, json=body)
        assert answer.status_code == status, (method, path, answer.text)
        if answer.content:
            openapi.assert_fits(method, known, status, answer.json())


@pytest.mark.parametrize(
    ("who", "known"), [("/me", "/me"), (f"/users/{PRIYA}", "/users/{user-id}")]
)
def test_answers_about_a_person_fit(tenant: Sandbox, kim: Caller, who: str, known: str) -> None:
    priya = person(tenant, PRIYA, {"Calendars.ReadWrite", "User.Read", "Group.Read.All"})
    ids = {
        "event": added(priya, recurrence=DAILY)["id"],
        "other": added(priya)["id"],
        "calendar": priya.read("/me/calendar")["id"],
        "group": tenant.control("GET", "groups")["value"][0]["id"],
    }
    added(kim, attendees=invited(PRIYA))
    ids["answered"] = next(
        one["id"] for one in priya.read("/me/events")["value"] if not one["isOrganizer"]
    )
    reads = (("GET", path, None, told, 200) for path, told in READS)
    calls = (
        (method, f"{who}{_filled(path, ids)}", _body(body, ids), f"{known}{told}", status)
        for method, path, body, told, status in (*reads, *WRITES)
    )

    assert_fit(priya, calls)


def test_answers_about_a_group_fit(tenant: Sandbox) -> None:
    writer = person(tenant, PRIYA, {"Group.ReadWrite.All", "User.Read.All", "Calendars.ReadWrite"})
    groups = tenant.control("GET", "groups")["value"]
    group = "/groups/" + next(one["id"] for one in groups if one["displayName"] == "Recruiting")

    def calls() -> Iterator[tuple[str, str, Any, str, int]]:
        for method, path, body, told, status in OF_GROUP:
            ids = {name: _added(writer, group) for name in ("event", "other")}
            yield (
                method,
                f"{group}{_filled(path, ids)}",
                body,
                f"/groups/{{group-id}}{told}",
                status,
            )

    assert_fit(writer, calls())
    series = _added(writer, group, recurrence=DAILY)
    instances = writer.read(f"{group}/events/{series}/instances?{DAY}")
    openapi.assert_fits("GET", "/groups", 200, writer.read("/groups"))
    openapi.assert_fits("GET", "/groups/{group-id}/events/{event-id}/instances", 200, instances)


def _added(writer: Caller, group: str, **changes: Any) -> str:
    return str(writer.call("POST", f"{group}/events", json=event(**changes)).json()["id"])


def _filled(path: str, ids: dict[str, str]) -> str:
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _body(body: Any, ids: dict[str, str]) -> Any:
    return {"groupIds": [ids["group"]]} if body and "groupIds" in body else body


def test_every_described_call_is_compared() -> None:
    person_calls = {
        f"{method} {who}{told}"
        for who in ("/me", "/users/{user-id}")
        for method, told in (
            *(("GET", told) for _, told in READS),
            *((method, told) for method, _, _, told, _ in WRITES),
        )
    }
    group_calls = {f"{method} /groups/{{group-id}}{told}" for method, _, _, told, _ in OF_GROUP}
    instances = "GET /groups/{group-id}/events/{event-id}/instances"

    assert described() == person_calls | group_calls | MISSING | {"GET /groups", instances}

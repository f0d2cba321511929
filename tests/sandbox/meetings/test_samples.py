"""Requests of Microsoft's documentation are taken, and answered with the documented members."""

import json
from typing import Any

import pytest

from sandbox import quirks
from tests.sandbox.callers import Caller
from tests.sandbox.meetings.conftest import made, patched
from tests.sandbox.recorded_answers import different
from tests.support import openapi
from tests.support.needs import SHARED
from tests.support.sandbox_server import Sandbox

pytestmark = pytest.mark.openapi
EXAMPLES = (
    ("user-post-events.json", 0),
    ("user-post-events.json", 1),
    ("user-post-events.json", 2),
    ("outlook-calendar-online-meetings.json", 0),
    ("group-post-events.json", 0),
)


def example(name: str, number: int) -> tuple[Any, Any]:
    """The body of a documented request, and that of its answer."""
    found = json.loads((SHARED / "graph-samples" / name).read_text())["examples"][number]
    return found["request"]["body"], found["response"]["body"]


def missing(documented: Any, ours: Any) -> list[str]:
    found = different(documented, ours)
    return [one for one in found if not one.endswith("is not in the real one")]


@pytest.mark.parametrize(("name", "number"), EXAMPLES)
def test_documented_events_are_made(priya: Caller, recruiting: str, name: str, number: int) -> None:
    asked, documented = example(name, number)
    path = recruiting if name.startswith("group") else "/me/events"

    ours = made(priya, path, **asked)

    assert missing(documented, ours) == []


def test_documented_change_makes_a_teams_meeting(priya: Caller) -> None:
    asked, documented = example("event-update.json", 0)

    ours = patched(priya, f"/me/events/{made(priya)['id']}", **asked)

    assert missing(documented["onlineMeeting"], ours["onlineMeeting"]) == []
    assert set(documented) <= set(ours)
    assert ours["isOnlineMeeting"] is True


def test_facts_of_the_link_alone_are_read(priya: Caller) -> None:
    _, documented = example("outlook-calendar-online-meetings.json", 0)
    path = f"/me/events/{made(priya, isOnlineMeeting=True)['id']}"

    ours = priya.read(f"{path}?$select=isOnlineMeeting,onlineMeetingProvider,onlineMeeting")

    assert missing(documented["onlineMeeting"], ours["onlineMeeting"]) == []
    assert {name for name in ours if not name.startswith("@")} == {
        "id",
        "isOnlineMeeting",
        "onlineMeetingProvider",
        "onlineMeeting",
    }


@pytest.mark.parametrize("who", ["/me", "/users/priya@northwind.example"])
def test_online_meetings_fit(priya: Caller, who: str) -> None:
    known = "/me" if who == "/me" else "/users/{user-id}"
    times = {"startDateTime": "2026-11-27T09:00:00Z", "endDateTime": "2026-11-27T10:00:00Z"}
    added = priya.call("POST", f"{who}/onlineMeetings", json={"subject": "Interview", **times})
    path = f"{known}/onlineMeetings"

    read = priya.read(f"{who}/onlineMeetings/{added.json()['id']}")

    openapi.assert_fits("POST", path, 201, added.json())
    openapi.assert_fits("GET", f"{path}/{{onlineMeeting-id}}", 200, read)


@pytest.mark.parametrize("quirk", [None, quirks.UNRELIABLE_DRAFT, quirks.GROUP_ADDS_WRITER])
def test_groups_meetings_fit(
    tenant: Sandbox, priya: Caller, recruiting: str, quirk: quirks.Quirk | None
) -> None:
    tenant.control("POST", "quirks", {quirk.name: True} if quirk else {})
    tenant.control("PATCH", "meetings", {"groupTeams": "now"})
    found = made(priya, recruiting, isOnlineMeeting=True)
    path = f"{recruiting}/{found['id']}"
    changed = patched(priya, path, subject="Final")

    openapi.assert_fits("POST", "/groups/{group-id}/events", 201, found)
    openapi.assert_fits("PATCH", "/groups/{group-id}/events/{event-id}", 200, changed)
    openapi.assert_fits("GET", "/groups/{group-id}/events/{event-id}", 200, priya.read(path))

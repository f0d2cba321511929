"""Online meetings of Teams without an event, and those that their organizer knows by an id."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application, person
from tests.sandbox.messages import PRIYA
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

TIMES = {"startDateTime": "2026-11-27T09:00:00Z", "endDateTime": "2026-11-27T11:00:00+01:00"}
LATER = {"startDateTime": "2026-11-27T12:00:00Z", "endDateTime": "2026-11-27T13:00:00Z"}
ROW = {"externalId": "row-1", "subject": "Interview", **TIMES}
PATH = "/me/onlineMeetings"


def of_row(caller: Caller, **changes: Any) -> Any:
    return caller.call("POST", f"{PATH}/createOrGet", json=ROW | changes)


@pytest.mark.openapi
def test_meeting_of_an_external_id_is_made_once(priya: Caller, kim: Caller) -> None:
    first = of_row(priya)
    again = of_row(priya, subject="Other", **LATER)
    others = [of_row(kim), of_row(priya, externalId="row-2")]

    assert [one.status_code for one in (first, again, *others)] == [201, 200, 201, 201]
    assert again.json() == first.json()
    assert first.json()["externalId"] == "row-1"
    assert first.json()["joinWebUrl"].startswith("https://teams.microsoft.com/l/meetup-join/")
    assert len({one.json()["joinWebUrl"] for one in (first, *others)}) == 3
    openapi.assert_fits("POST", PATH, 201, first.json())


@pytest.mark.openapi
def test_meeting_is_read_and_moved(priya: Caller) -> None:
    found = of_row(priya).json()
    path = f"{PATH}/{found['id']}"

    moved = priya.call("PATCH", path, json=LATER)

    shown = priya.read(path)
    openapi.assert_fits("GET", f"{PATH}/{{onlineMeeting-id}}", 200, shown)
    assert moved.json() == shown
    assert shown["startDateTime"] == "2026-11-27T12:00:00Z"
    assert (shown["joinWebUrl"], shown["subject"]) == (found["joinWebUrl"], "Interview")
    assert found["endDateTime"] == "2026-11-27T10:00:00Z"
    chosen = priya.read(f"{path}?$select=joinWebUrl")
    assert set(chosen) - {"@odata.context"} == {"id", "joinWebUrl"}


@pytest.mark.parametrize(("days", "status"), [(59, 200), (61, 201)])
def test_meeting_lapses_sixty_days_after_its_end(
    tenant: Sandbox, priya: Caller, days: int, status: int
) -> None:
    ended = (tenant.state.now() - timedelta(days=days)).isoformat()
    first = of_row(priya, startDateTime=ended, endDateTime=ended).json()

    read = priya.call("GET", f"{PATH}/{first['id']}")

    assert read.status_code == (200 if status == 200 else 404)
    assert of_row(priya).status_code == status


def test_plain_meeting_is_made_each_time(priya: Caller) -> None:
    first, second = (priya.call("POST", PATH, json={}) for _ in range(2))

    assert first.status_code == second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize(
    "changes",
    [
        {"externalId": None},
        {"startDateTime": None},
        {"startDateTime": "2026-11-28T09:00:00Z"},
        {"startDateTime": "soon"},
    ],
)
def test_invalid_meeting_is_refused(priya: Caller, changes: dict[str, Any]) -> None:
    assert error(of_row(priya, **changes)) == (400, "BadRequest")


def test_only_the_organizer_with_the_permission_has_meetings(
    tenant: Sandbox, priya: Caller, kim: Caller
) -> None:
    found = of_row(priya).json()
    own = priya.call("GET", f"/users/{PRIYA}/onlineMeetings/{found['id']}")
    plain = person(tenant, PRIYA, {"Calendars.ReadWrite"})
    app = application(tenant, "OnlineMeetings.ReadWrite.All")

    refused = [
        of_row(plain),
        plain.call("GET", f"{PATH}/{found['id']}"),
        plain.call("PATCH", f"{PATH}/{found['id']}", json={}),
        kim.call("POST", f"/users/{PRIYA}/onlineMeetings", json={}),
        app.call("POST", f"/users/{PRIYA}/onlineMeetings", json={}),
    ]

    assert own.status_code == 200
    assert [one.status_code for one in refused] == [403] * 5
    assert error(kim.call("GET", f"{PATH}/{found['id']}")) == (404, "NotFound")

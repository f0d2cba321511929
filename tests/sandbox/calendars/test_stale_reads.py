"""Reads that lag behind a change, and deleted events that still answer by their id."""

from typing import Any

import pytest

from tests.interviews.outlook_hand import OutlookHand
from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import DAY
from tests.sandbox.callers import Caller
from tests.sandbox.meetings.conftest import NOON, made, patched, priya, recruiting
from tests.support.sandbox_server import Sandbox

__all__ = ["priya", "recruiting"]
VIEW = f"calendarView?{DAY}&$select=id,start,end,isCancelled"
LATER: dict[str, Any] = {"end": {"dateTime": "2026-11-27T14:00:00", "timeZone": "UTC"}}


@pytest.fixture
def calendar(recruiting: str) -> str:
    return recruiting.removesuffix("/events")


def ends(priya: Caller, calendar: str) -> list[str]:
    return [one["end"]["dateTime"][11:13] for one in priya.read(f"{calendar}/{VIEW}")["value"]]


def test_view_has_an_etag_that_changes_with_the_event(priya: Caller, calendar: str) -> None:
    event = made(priya, f"{calendar}/events", **NOON)
    (before,) = priya.read(f"{calendar}/{VIEW}")["value"]
    changed = patched(priya, f"{calendar}/events/{event['id']}", **LATER)
    (after,) = priya.read(f"{calendar}/{VIEW}")["value"]

    assert set(before) == {"@odata.etag", "id", "start", "end", "isCancelled"}
    assert before["@odata.etag"] == event["@odata.etag"]
    assert after["@odata.etag"] == changed["@odata.etag"] != before["@odata.etag"]


def test_pages_have_etags_too(priya: Caller, calendar: str) -> None:
    for _ in range(3):
        made(priya, f"{calendar}/events", **NOON)
    page = priya.read(f"{calendar}/{VIEW}&$top=2")
    rest = priya.read(page["@odata.nextLink"])

    found = [one["@odata.etag"] for one in page["value"] + rest["value"]]
    assert len(set(found)) == 3


def test_number_of_reads_shows_the_version_before(
    tenant: Sandbox, priya: Caller, calendar: str
) -> None:
    event = made(priya, f"{calendar}/events", **NOON)
    path = f"{calendar}/events/{event['id']}"
    tenant.control("PATCH", "tenant", {"staleReads": 2})
    changed = patched(priya, path, **LATER)

    assert ends(priya, calendar) == ["13"]
    stale = priya.read(path)
    assert stale["end"] == event["end"]
    assert stale["lastModifiedDateTime"] < changed["lastModifiedDateTime"]
    assert stale["@odata.etag"] == event["@odata.etag"]
    assert ends(priya, calendar) == ["14"]
    assert priya.read(path)["@odata.etag"] == changed["@odata.etag"]


def test_new_and_deleted_events_are_seen_late_too(
    tenant: Sandbox, priya: Caller, calendar: str
) -> None:
    tenant.control("PATCH", "tenant", {"staleReads": 1})
    event = made(priya, f"{calendar}/events", **NOON)
    missing, there = ends(priya, calendar), ends(priya, calendar)
    OutlookHand(tenant).delete(event["id"])

    assert (missing, there) == ([], ["13"])
    assert (ends(priya, calendar), ends(priya, calendar)) == (["13"], [])


def test_parts_of_a_batch_are_reads_of_their_own(
    tenant: Sandbox, priya: Caller, calendar: str
) -> None:
    event = made(priya, f"{calendar}/events", **NOON)
    tenant.control("PATCH", "tenant", {"staleReads": 1})
    patched(priya, f"{calendar}/events/{event['id']}", **LATER)
    part = {"method": "GET", "url": f"{calendar}/{VIEW}"}
    parts = [{"id": name, **part} for name in ("1", "2")]

    found = priya.call("POST", "/$batch", json={"requests": parts}).json()["responses"]

    seen = [one["body"]["value"][0]["end"]["dateTime"][11:13] for one in found]
    assert seen == ["13", "14"]


def test_deleted_event_answers_for_a_while(tenant: Sandbox, priya: Caller, calendar: str) -> None:
    event = made(priya, f"{calendar}/events", **NOON)
    path = f"{calendar}/events/{event['id']}"
    tenant.control("POST", "quirks", {"deletedAnswer": True})
    tenant.control("PATCH", "tenant", {"deletedAnswersFor": 600})
    OutlookHand(tenant).delete(event["id"])

    assert ends(priya, calendar) == []
    assert priya.read(path)["id"] == event["id"]
    tenant.control("PATCH", "tenant", {"clockOffset": 601})
    assert error(priya.call("GET", path)) == (404, "ErrorItemNotFound")


def test_answer_may_be_lost_after_a_change(tenant: Sandbox, priya: Caller, calendar: str) -> None:
    event = made(priya, f"{calendar}/events", **NOON)
    path = f"{calendar}/events/{event['id']}"
    plan = {"path": "/events", "method": "PATCH", "times": 1, "carriedOut": True, "status": 503}
    tenant.control("POST", "faults", plan)

    answer = priya.call("PATCH", path, json=LATER)

    assert answer.status_code == 503
    assert priya.read(path)["end"]["dateTime"].startswith("2026-11-27T14")

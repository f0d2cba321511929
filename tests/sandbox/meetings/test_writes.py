"""Writes whose answers are lost, that are repeated, or that meet another version."""

from typing import Any

import pytest
import requests

from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import KIM, event, invited, seen, starts
from tests.sandbox.callers import Caller, person
from tests.sandbox.meetings.conftest import NOON, ROSA, WRITES, made, patched, told
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

MARK = "String {11111111-2222-4333-8444-555555555555} Name PortalEvent"
BROKEN = {"status": 503, "code": "serviceNotAvailable"}
LOST = {"reset": True}


@pytest.fixture(params=["/me/events", "group"])
def calendar(request: pytest.FixtureRequest, recruiting: str) -> str:
    return recruiting if request.param == "group" else str(request.param)


def order(tenant: Sandbox, method: str, plan: dict[str, Any]) -> None:
    """Order a fault for one write to events."""
    one = {"path": "/events", "method": method, "times": 1, "carriedOut": True}
    tenant.control("POST", "faults", one | plan)


def write(caller: Caller, method: str, path: str, body: Any) -> int:
    """Send a write and return its status, 0 for an answer that does not come."""
    try:
        return caller.call(method, path, json=body).status_code
    except requests.ConnectionError:
        return 0


@pytest.mark.parametrize(("plan", "status"), [(BROKEN, 503), (LOST, 0)], ids=["broken", "lost"])
def test_write_has_its_effect_though_its_answer_is_lost(
    tenant: Sandbox, priya: Caller, plan: dict[str, Any], status: int
) -> None:
    order(tenant, "POST", plan)
    added = write(priya, "POST", "/me/events", event(attendees=invited(ROSA), transactionId="1"))
    (made_then,) = seen(priya)
    path = f"/me/events/{made_then['id']}"
    order(tenant, "PATCH", plan)
    moved = write(priya, "PATCH", path, NOON)
    moved_to = starts(seen(priya))
    order(tenant, "POST", plan)
    canceled = write(priya, "POST", f"{path}/cancel", {"comment": "Sorry"})
    other = made(priya)["id"]
    order(tenant, "DELETE", plan)
    deleted = write(priya, "DELETE", f"/me/events/{other}", None)

    assert [added, moved, canceled, deleted] == [status] * 4
    assert moved_to == ["2026-11-27T12:00"]
    assert told(tenant) == [("request", ROSA), ("update", ROSA), ("cancel", ROSA)]
    assert seen(priya) == []


def test_part_of_a_batch_has_its_effect_though_it_answers_an_error(
    tenant: Sandbox, priya: Caller
) -> None:
    order(tenant, "POST", BROKEN)
    part = {"id": "1", "method": "POST", "url": "/me/events", "body": event(),
            "headers": {"Content-Type": "application/json"}}  # fmt: skip  # one part

    answer = priya.call("POST", "/$batch", json={"requests": [part]}).json()

    assert [one["status"] for one in answer["responses"]] == [503]
    assert len(seen(priya)) == 1


def test_repeat_of_a_transaction_makes_and_tells_nothing(
    tenant: Sandbox, priya: Caller, calendar: str
) -> None:
    body = {"transactionId": "row-1", "attendees": invited(ROSA)}
    first = made(priya, calendar, **body)
    told(tenant)

    second = made(priya, calendar, **body)

    assert (second["id"], second["transactionId"]) == (first["id"], "row-1")
    assert len(priya.read(calendar)["value"]) == 1
    assert told(tenant) == []


def test_mark_is_found_on_every_calendar(priya: Caller, calendar: str) -> None:
    found = made(priya, calendar, singleValueExtendedProperties=[{"id": MARK, "value": "Row-1"}])
    made(priya, calendar)
    condition = f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq 'row-1')"

    listed = priya.read(f"{calendar}?$filter={condition}&$select=id")["value"]

    assert [one["id"] for one in listed] == [found["id"]]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_write_with_an_old_version_is_refused(
    tenant: Sandbox, priya: Caller, calendar: str, method: str
) -> None:
    found = made(priya, calendar, attendees=invited(ROSA))
    path, known = f"{calendar}/{found['id']}", {"If-Match": found["@odata.etag"]}
    patched(priya, path, showAs="free")
    told(tenant)

    refused = priya.call(method, path, json={"subject": "Final"}, headers=known)

    assert error(refused) == (412, "ErrorIrresolvableConflict")
    assert told(tenant) == []


def test_version_drifts_each_day_while_the_quirk_is_on(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "quirks", {"etagsDrift": True})
    found = made(priya)
    path = f"/me/events/{found['id']}"
    same_day = priya.read(path)

    tenant.control("PATCH", "tenant", {"clockOffset": 24 * 3600})

    # The token of the day before has expired.
    priya = person(tenant, PRIYA, WRITES)
    known = {"If-Match": found["@odata.etag"]}
    refused = priya.call("PATCH", path, json={"subject": "Final"}, headers=known)
    after = priya.read(path)
    assert same_day["@odata.etag"] == found["@odata.etag"]
    assert after["@odata.etag"] != found["@odata.etag"]
    assert after["lastModifiedDateTime"] > found["lastModifiedDateTime"]
    assert after["start"] == found["start"]
    assert error(refused) == (412, "ErrorIrresolvableConflict")


def test_event_reads_lag_behind_while_the_tenant_has_a_delay(
    tenant: Sandbox, priya: Caller
) -> None:
    path = f"/me/events/{made(priya)['id']}"
    # The event is an hour old.
    tenant.control("PATCH", "tenant", {"clockOffset": 3600, "eventDelay": 60})

    written = patched(priya, path, **NOON)
    new = f"/me/events/{made(priya, subject='New')['id']}"
    stale = [priya.read(path), *priya.read("/me/events")["value"]]
    missing = error(priya.call("GET", new))
    in_view = starts(seen(priya))
    priya.call("DELETE", path)
    still = priya.call("GET", path).status_code
    tenant.control("PATCH", "tenant", {"clockOffset": 3700})

    assert starts([written]) == ["2026-11-27T12:00"]
    assert starts(stale) == ["2026-11-27T09:00"] * 2
    assert missing == (404, "ErrorItemNotFound")
    assert in_view == ["2026-11-27T09:00", "2026-11-27T12:00"]
    assert (still, error(priya.call("GET", path))) == (200, (404, "ErrorItemNotFound"))
    assert priya.read(new)["subject"] == "New"


@pytest.mark.parametrize("is_unreliable", [False, True])
def test_draft_mark_tells_of_unsent_changes_unless_it_is_unreliable(
    tenant: Sandbox, priya: Caller, kim: Caller, is_unreliable: bool
) -> None:
    tenant.control("POST", "quirks", {"unreliableDraft": is_unreliable})
    found = made(priya, attendees=invited(KIM))
    path = f"/me/events/{found['id']}"
    where = f"mailboxes/{PRIYA}/events/{found['id']}"

    tenant.control("PATCH", where, {"subject": "Final", "isSent": False})
    unsent = priya.read(path)["isDraft"]
    sent = patched(priya, path, subject="Offer")["isDraft"]

    assert found["isDraft"] is False
    assert (unsent, sent) == (not is_unreliable, is_unreliable)
    assert seen(kim)[0]["isDraft"] is False

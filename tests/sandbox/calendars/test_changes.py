"""Changes to events: invitations, answers, cancellations, marks, versions."""

from typing import Any

import pytest

from sandbox import quirks
from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import KIM, added, event, invited, seen, starts
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

MARK = "String {11111111-2222-4333-8444-555555555555} Name PortalEvent"


def test_invitation_reaches_attendees_with_the_same_uid(priya: Caller, kim: Caller) -> None:
    made = added(priya, attendees=invited(KIM, "rosa@mail.example"))

    (copy,) = seen(kim)

    assert copy["iCalUId"] == made["iCalUId"]
    assert copy["id"] != made["id"]
    assert (copy["isOrganizer"], copy["showAs"], copy["responseStatus"]["response"]) == (
        False,
        "tentative",
        "notResponded",
    )
    assert copy["organizer"]["emailAddress"]["address"] == PRIYA


def test_answer_is_told_to_the_organizer(priya: Caller, kim: Caller) -> None:
    made = added(priya, attendees=invited(KIM))
    (copy,) = seen(kim)

    accepted = kim.call("POST", f"/me/events/{copy['id']}/accept", json={"sendResponse": True})

    (after,) = seen(kim)
    assert accepted.status_code == 202
    assert (after["showAs"], after["responseStatus"]["response"]) == ("busy", "accepted")
    told = priya.read(f"/me/events/{made['id']}")["attendees"][0]["status"]["response"]
    assert told == "accepted"
    refused = priya.call("POST", f"/me/events/{made['id']}/accept", json={})
    assert error(refused) == (400, "ErrorInvalidRequest")


@pytest.mark.parametrize("stays", [False, True])
def test_declined_meeting_leaves_the_calendar_unless_kept(
    tenant: Sandbox, priya: Caller, kim: Caller, stays: bool
) -> None:
    tenant.control("POST", "quirks", {quirks.DECLINED_STAY.name: stays})
    added(priya, attendees=invited(KIM))
    (copy,) = seen(kim)

    kim.call("POST", f"/me/events/{copy['id']}/decline", json={"sendResponse": False})

    found = [(one["showAs"], one["responseStatus"]["response"]) for one in seen(kim)]
    assert found == ([("free", "declined")] if stays else [])


def test_move_asks_attendees_again(priya: Caller, kim: Caller) -> None:
    made = added(priya, attendees=invited(KIM))
    (copy,) = seen(kim)
    kim.call("POST", f"/me/events/{copy['id']}/accept", json={})
    later = event(start={"dateTime": "2026-11-27T14:00:00", "timeZone": "UTC"},
                  end={"dateTime": "2026-11-27T15:00:00", "timeZone": "UTC"})  # fmt: skip  # a pair
    del later["subject"]

    changed = priya.call("PATCH", f"/me/events/{made['id']}", json=later).json()

    (after,) = seen(kim)
    assert (after["id"], starts([after])) == (copy["id"], ["2026-11-27T14:00"])
    assert after["responseStatus"]["response"] == "notResponded"
    assert changed["changeKey"] != made["changeKey"]
    assert changed["iCalUId"] == made["iCalUId"]


def test_attendees_who_are_left_out_are_cancelled(priya: Caller, kim: Caller) -> None:
    made = added(priya, attendees=invited(KIM))

    priya.call("PATCH", f"/me/events/{made['id']}", json={"attendees": []})

    (after,) = seen(kim)
    assert (after["isCancelled"], after["subject"], after["showAs"]) == (
        True,
        "Canceled: Offer",
        "free",
    )


@pytest.mark.parametrize(("method", "tail"), [("DELETE", ""), ("POST", "/cancel")])
def test_cancelled_meeting_is_gone_and_marked_at_attendees(
    tenant: Sandbox, priya: Caller, kim: Caller, method: str, tail: str
) -> None:
    made = added(priya, attendees=invited(KIM))
    path = f"/me/events/{made['id']}"

    answer = priya.call(method, f"{path}{tail}", json={"comment": "Sorry"})

    assert answer.status_code == (202 if tail else 204)
    assert seen(priya) == []
    assert [one["isCancelled"] for one in seen(kim)] == [True]
    assert error(priya.call("GET", path)) == (404, "ErrorItemNotFound")
    tenant.control("POST", "quirks", {quirks.DELETED_ANSWER.name: True})
    assert priya.read(path)["id"] == made["id"]
    refused = kim.call("POST", f"/me/events/{seen(kim)[0]['id']}/cancel", json={})
    assert error(refused) == (400, "ErrorInvalidRequest")


def test_series_is_copied_with_its_exceptions(priya: Caller, kim: Caller) -> None:
    daily = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "numberOfOccurrences": 3},
    }
    added(priya, attendees=invited(KIM), recurrence=daily)
    days = "startDateTime=2026-11-27T00:00:00Z&endDateTime=2026-12-05T00:00:00Z"
    first, second, _ = seen(priya, days)
    later = {"end": {"dateTime": "2026-11-28T11:00:00", "timeZone": "UTC"}}
    priya.call("DELETE", f"/me/events/{first['id']}")
    priya.call("PATCH", f"/me/events/{second['id']}", json=later)

    mine, theirs = seen(priya, days), seen(kim, days)

    assert [one["type"] for one in theirs] == ["exception", "occurrence"]
    assert [one["iCalUId"] for one in theirs] == [one["iCalUId"] for one in mine]
    assert [one["end"] for one in theirs] == [one["end"] for one in mine]


def test_repeated_transaction_makes_no_second_event(priya: Caller) -> None:
    first, second = (added(priya, transactionId="row-1") for _ in range(2))

    assert (first["id"], first["transactionId"]) == (second["id"], "row-1")
    assert len(seen(priya)) == 1


def test_mark_is_shown_and_found(priya: Caller) -> None:
    made = added(priya, singleValueExtendedProperties=[{"id": MARK, "value": "Row-42"}])
    added(priya)
    condition = f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq 'row-42')"

    found = priya.read(f"/me/events?$filter={condition}")["value"]
    shown = priya.read(
        f"/me/events/{made['id']}?$select=id"
        f"&$expand=singleValueExtendedProperties($filter=id eq '{MARK}')"
    )

    assert [one["id"] for one in found] == [made["id"]]
    assert [one["value"] for one in shown["singleValueExtendedProperties"]] == ["Row-42"]
    assert "singleValueExtendedProperties" not in made


def test_stale_version_is_refused(priya: Caller) -> None:
    made = added(priya)
    path, known = f"/me/events/{made['id']}", {"If-Match": made["@odata.etag"]}
    first = priya.call("PATCH", path, json={"subject": "One"}, headers=known)

    second = priya.call("PATCH", path, json={"subject": "Two"}, headers=known)

    assert first.status_code == 200
    assert error(second) == (412, "ErrorIrresolvableConflict")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"end": {"dateTime": "2026-11-27T08:00:00", "timeZone": "UTC"}},
         "ErrorPropertyValidationFailure"),
        ({"start": {"dateTime": "2026-11-27T08:00:00", "timeZone": "Europe/Stockholm"}},
         "TimeZoneNotSupportedException"),
        ({"isAllDay": True}, "ErrorPropertyValidationFailure"),
        ({"showAs": "maybe"}, "RequestBodyRead"),
        ({"nonsense": 1}, "RequestBodyRead"),
        ({"attendees": invited("nobody")}, "ErrorInvalidRecipients"),
    ],
)  # fmt: skip  # a case to a line or two
def test_invalid_event_is_refused(priya: Caller, changes: dict[str, Any], code: str) -> None:
    answer = priya.call("POST", "/me/events", json=event(**changes))

    assert error(answer) == (400, code)
    assert seen(priya) == []


def test_changes_need_the_permission_to_write(tenant: Sandbox, reader: Caller) -> None:
    reading = person(tenant, PRIYA, {"Calendars.Read"})

    answers = [
        reading.call("POST", "/me/events", json=event()),
        reader.call("POST", f"/users/{PRIYA}/events", json=event()),
    ]

    assert [error(one) for one in answers] == [(403, "ErrorAccessDenied")] * 2


def test_teams_meeting_has_a_link(priya: Caller) -> None:
    made = added(priya, isOnlineMeeting=True)

    assert made["onlineMeetingProvider"] == "teamsForBusiness"
    assert made["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/l/meetup-join/")


@pytest.mark.openapi
def test_answers_fit(priya: Caller) -> None:
    window = "startDateTime=2026-11-27T00:00:00Z&endDateTime=2026-11-29T00:00:00Z"
    daily = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd"}}
    made = added(priya, attendees=invited(KIM), recurrence=daily, isOnlineMeeting=True)
    path = f"/me/events/{made['id']}"

    for request_path, described in (
        ("/me/events", "/me/events"),
        (path, "/me/events/{event-id}"),
        (f"{path}/instances?{window}", "/me/events/{event-id}/instances"),
        (f"/me/calendarView?{window}", "/me/calendarView"),
        ("/me/calendar", "/me/calendar"),
        ("/me/calendars", "/me/calendars"),
    ):
        openapi.assert_fits("GET", described, 200, priya.read(request_path))
    openapi.assert_fits("POST", "/me/events", 201, made)
    changed = priya.call("PATCH", path, json={"subject": "Other"}).json()
    openapi.assert_fits("PATCH", "/me/events/{event-id}", 200, changed)

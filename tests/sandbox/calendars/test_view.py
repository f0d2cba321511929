"""The calendar view: occurrences, exceptions, whole days, windows, pages, permissions."""

from typing import Any

import pytest

from sandbox import quirks
from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import DAY, KIM, added, seen, starts
from tests.sandbox.callers import Caller, application, person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

MONTH = "startDateTime=2026-10-01T00:00:00Z&endDateTime=2026-11-01T00:00:00Z"
BERLIN = "W. Europe Standard Time"
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]},
    "range": {"type": "noEnd"},
}
MONDAYS: dict[str, Any] = {
    "start": {"dateTime": "2026-10-05T09:00:00", "timeZone": BERLIN},
    "end": {"dateTime": "2026-10-05T09:30:00", "timeZone": BERLIN},
    "recurrence": WEEKLY,
}
BLOB = "Binary {00062002-0000-0000-C000-000000000046} Id 0x8216"


def add(tenant: Sandbox, **facts: Any) -> dict[str, Any]:
    found: dict[str, Any] = tenant.control("POST", f"mailboxes/{PRIYA}/events", facts)
    return found


def test_series_keeps_its_local_time_across_a_clock_change(priya: Caller) -> None:
    made = added(priya, **MONDAYS)

    found = seen(priya, MONTH)

    assert starts(found) == [
        "2026-10-05T07:00",
        "2026-10-12T07:00",
        "2026-10-19T07:00",
        "2026-10-26T08:00",
    ]
    assert {one["type"] for one in found} == {"occurrence"}
    assert {one["seriesMasterId"] for one in found} == {made["id"]}
    assert len({one["iCalUId"] for one in found}) == 4
    assert (made["type"], made["recurrence"]["range"]["recurrenceTimeZone"]) == (
        "seriesMaster",
        BERLIN,
    )


def test_exception_and_cancelled_date_are_left_to_themselves(priya: Caller) -> None:
    made = added(priya, **MONDAYS)
    first, second, third, _ = seen(priya, MONTH)
    moved = {"start": {"dateTime": "2026-10-13T12:00:00", "timeZone": BERLIN},
             "end": {"dateTime": "2026-10-13T12:30:00", "timeZone": BERLIN}}  # fmt: skip  # a pair
    changed = priya.call("PATCH", f"/me/events/{second['id']}", json=moved)
    priya.call("DELETE", f"/me/events/{third['id']}")

    found = seen(priya, MONTH)

    assert changed.json()["type"] == "exception"
    assert starts(found) == ["2026-10-05T07:00", "2026-10-13T10:00", "2026-10-26T08:00"]
    assert [one["type"] for one in found] == ["occurrence", "exception", "occurrence"]
    assert found[1]["id"] == second["id"]
    assert error(priya.call("GET", f"/me/events/{third['id']}")) == (404, "ErrorItemNotFound")
    series = priya.read(f"/me/events/{made['id']}?$select=cancelledOccurrences")
    assert series["cancelledOccurrences"] == [f"OID.{made['id']}.2026-10-19"]
    whole = priya.read(f"/me/events/{made['id']}/instances?{MONTH}")["value"]
    assert [one["id"] for one in whole] == [one["id"] for one in found]
    listed = priya.read("/me/events")["value"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert first["id"] != made["id"]


def test_occurrence_stays_between_its_neighbours(priya: Caller) -> None:
    added(priya, **MONDAYS)
    second = seen(priya, MONTH)[1]
    moved = {"start": {"dateTime": "2026-10-20T09:00:00", "timeZone": BERLIN},
             "end": {"dateTime": "2026-10-20T10:00:00", "timeZone": BERLIN}}  # fmt: skip  # a pair

    answer = priya.call("PATCH", f"/me/events/{second['id']}", json=moved)

    assert error(answer) == (400, "ErrorOccurrenceCrossingBoundary")


def test_whole_day_begins_at_midnight_of_its_own_zone(tenant: Sandbox, priya: Caller) -> None:
    added(
        priya,
        isAllDay=True,
        start={"dateTime": "2026-11-27T00:00:00", "timeZone": BERLIN},
        end={"dateTime": "2026-11-28T00:00:00", "timeZone": BERLIN},
    )
    (converted,) = seen(priya)

    tenant.control("POST", "quirks", {quirks.ALL_DAY_AT_MIDNIGHT.name: True})

    assert starts([converted, *seen(priya)]) == ["2026-11-26T23:00", "2026-11-27T00:00"]
    assert converted["originalStartTimeZone"] == BERLIN
    in_berlin = seen(priya, headers={"Prefer": f'outlook.timezone="{BERLIN}"'})
    assert in_berlin[0]["start"] == {"dateTime": "2026-11-27T00:00:00.0000000", "timeZone": BERLIN}


def test_window_takes_what_overlaps_it(tenant: Sandbox, priya: Caller) -> None:
    for start, end in (("22:00", "00:00"), ("23:30", "00:30"), ("23:00", "23:00")):
        late = "26" if end != "23:00" else "27"
        until = "27"
        add(tenant, start=f"2026-11-{late}T{start}:00Z", end=f"2026-11-{until}T{end}:00Z")
    add(tenant, start="2026-11-20T00:00:00Z", end="2026-12-30T00:00:00Z")

    assert starts(seen(priya)) == ["2026-11-20T00:00", "2026-11-26T23:30", "2026-11-27T23:00"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "ErrorInvalidParameter"),
        ("startDateTime=2026-11-27T00:00:00Z", "ErrorInvalidParameter"),
        ("startDateTime=soon&endDateTime=2026-11-27", "ErrorInvalidParameter"),
        ("startDateTime=2026-11-28&endDateTime=2026-11-27", "ErrorInvalidParameter"),
        ("startDateTime=2020-01-01&endDateTime=2026-11-27", "ErrorCalendarViewRangeTooBig"),
        (f"{DAY}&$select=lastModifiedDateTime", "ErrorInvalidRequest"),
        (f"{DAY}&$select=nonsense", "BadRequest"),
    ],
)
def test_invalid_view_is_refused(priya: Caller, query: str, code: str) -> None:
    assert error(priya.call("GET", f"/me/calendarView?{query}")) == (400, code)


def test_view_comes_in_pages_of_ten(tenant: Sandbox, priya: Caller) -> None:
    many = [
        {"start": f"2026-11-27T{hour:02}:00:00Z", "end": f"2026-11-27T{hour:02}:30:00Z"}
        for hour in range(23, -1, -1)
    ]
    tenant.control("POST", f"mailboxes/{PRIYA}/events", many)
    first = priya.read(f"/me/calendarView?{DAY}&$select=start")
    second = priya.read(first["@odata.nextLink"])
    prefer = {"Prefer": "odata.maxpagesize=20"}
    answer = priya.call("GET", f"/me/calendarView?{DAY}", headers=prefer)

    assert [len(page["value"]) for page in (first, second, answer.json())] == [10, 10, 20]
    assert starts(first["value"])[:2] == ["2026-11-27T00:00", "2026-11-27T01:00"]
    assert set(first["value"][0]) == {"@odata.etag", "id", "start"}
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=20"
    assert len(seen(priya, f"{DAY}&$top=999")) == 24
    assert "/me/calendarView?" in first["@odata.nextLink"]


def test_blob_tells_the_calendar_of_a_series(tenant: Sandbox, priya: Caller) -> None:
    hebrew = add(
        tenant,
        start="2026-10-05T08:00:00",
        end="2026-10-05T08:30:00",
        timeZone="Israel Standard Time",
        calendarType=8,
        dates=["2026-10-05", "2026-11-27"],
    )
    single = add(tenant, start="2026-11-27T10:00:00Z", end="2026-11-27T11:00:00Z")
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{BLOB}')"

    found = priya.read(f"/me/events/{hebrew['id']}?$select=id,changeKey&{expand}")

    (blob,) = found["singleValueExtendedProperties"]
    assert blob["id"].lower() == BLOB.lower()
    assert blob["value"].startswith("BDAEMA0gAgAI")
    alone = priya.read(f"/me/events/{single['id']}?{expand}")
    assert "singleValueExtendedProperties" not in alone
    assert starts(seen(priya)) == ["2026-11-27T06:00", "2026-11-27T10:00"]


def test_given_blob_is_kept(tenant: Sandbox, priya: Caller) -> None:
    facts = {**MONDAYS, "singleValueExtendedProperties": [{"id": BLOB, "value": "BDAEMA=="}]}
    made = add(tenant, **facts)
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{BLOB}')"

    found = priya.read(f"/me/events/{made['id']}?{expand}")

    assert [one["value"] for one in found["singleValueExtendedProperties"]] == ["BDAEMA=="]


def test_basic_permission_shows_no_texts(tenant: Sandbox, priya: Caller) -> None:
    added(priya, body={"contentType": "text", "content": "Secret"})
    basic = person(tenant, PRIYA, {"Calendars.ReadBasic"})
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{BLOB}')"

    (found,) = seen(basic)

    assert found["subject"] == "Offer"
    assert not {"body", "bodyPreview"} & set(found)
    assert error(basic.call("GET", f"/me/events?{expand}")) == (403, "ErrorAccessDenied")


def test_calendar_of_another_needs_a_share(tenant: Sandbox, priya: Caller) -> None:
    added(priya, sensitivity="private", location={"displayName": "Clinic"})
    path = f"/users/{PRIYA}/calendarView?{DAY}"
    plain = person(tenant, KIM, {"Calendars.Read"})
    shared = person(tenant, KIM, {"Calendars.Read.Shared"})
    refused = [error(one.call("GET", path)) for one in (plain, shared)]

    tenant.control("PATCH", f"mailboxes/{PRIYA}/rights", {"fullAccess": [KIM]})

    assert refused == [(403, "ErrorAccessDenied")] * 2
    (found,) = shared.read(path)["value"]
    assert (found["subject"], found["location"]["displayName"]) == ("Private appointment", "")


def test_application_reads_unless_it_is_fenced(
    tenant: Sandbox, priya: Caller, reader: Caller
) -> None:
    added(priya)
    path = f"/users/{PRIYA}/calendarView?{DAY}"
    found = reader.read(path)["value"]
    mail = application(tenant, "Mail.Read")

    tenant.control("PATCH", f"users/{PRIYA}", {"fenced": True})

    assert [one["subject"] for one in found] == ["Offer"]
    assert error(reader.call("GET", path)) == (403, "ErrorAccessDenied")
    assert error(mail.call("GET", path)) == (403, "ErrorAccessDenied")
    assert error(reader.call("GET", f"/users/noah@northwind.example/calendarView?{DAY}")) == (
        404,
        "MailboxNotEnabledForRESTAPI",
    )
    assert error(reader.call("GET", f"/me/calendarView?{DAY}"))[0] == 400


def test_calendars_of_a_person(priya: Caller) -> None:
    added(priya)
    (listed,) = priya.read("/me/calendars")["value"]

    path = f"/me/calendars/{listed['id']}"

    assert priya.read(path)["name"] == "Calendar"
    assert len(priya.read(f"{path}/calendarView?{DAY}")["value"]) == 1
    assert error(priya.call("GET", "/me/calendars/unknown")) == (400, "ErrorInvalidIdMalformed")


def test_view_lags_behind_while_the_tenant_has_a_delay(tenant: Sandbox, priya: Caller) -> None:
    kept, moved, gone = (added(priya, subject=name)["id"] for name in ("Kept", "Moved", "Gone"))
    # The three events are an hour old.
    tenant.control("PATCH", "tenant", {"clockOffset": 3600, "calendarDelay": 60})
    later = {"end": {"dateTime": "2026-11-27T12:00:00", "timeZone": "UTC"}}
    priya.call("PATCH", f"/me/events/{moved}", json=later)
    priya.call("DELETE", f"/me/events/{gone}")
    added(priya, subject="New")
    stale = {one["id"]: one["end"]["dateTime"][11:16] for one in seen(priya)}
    fresh = priya.read(f"/me/events/{moved}")["end"]["dateTime"][11:16]

    tenant.control("PATCH", "tenant", {"clockOffset": 3700})

    assert stale == dict.fromkeys((kept, moved, gone), "10:00")
    assert fresh == "12:00"
    found = {one["subject"]: one["end"]["dateTime"][11:16] for one in seen(priya)}
    assert found == {"Kept": "10:00", "Moved": "12:00", "New": "10:00"}


def test_throttled_and_broken_views_are_ordered(tenant: Sandbox, priya: Caller) -> None:
    throttled = {"status": 429, "code": "ApplicationThrottled", "retryAfter": 2.128}
    tenant.control("POST", "faults", {"path": "/calendarView", "times": 1, **throttled})
    tenant.control("POST", "faults", {"path": "/calendarView", "times": 1, "status": 503})
    path = f"/me/calendarView?{DAY}"

    answers = [priya.call("GET", path) for _ in range(3)]

    assert [one.status_code for one in answers] == [429, 503, 200]
    assert answers[0].headers["Retry-After"] == "2.128"
    assert error(answers[0]) == (429, "ApplicationThrottled")

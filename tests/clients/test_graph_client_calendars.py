"""Calendars with Microsoft's JavaScript client: views, series, deltas, groups and free/busy."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.clients.javascript import application, person, post, read
from tests.clients.mail import PRIYA
from tests.support.sandbox_server import Sandbox

pytestmark = pytest.mark.graph_client
KIM = "kim@northwind.example"
EVENTS = f"/users/{PRIYA}/events"
WEEK = "startDateTime=2026-11-27T00:00:00Z&endDateTime=2026-12-04T00:00:00Z"
BLOB = "Binary {00062002-0000-0000-C000-000000000046} Id 0x8216"
EXPAND = f"singleValueExtendedProperties($filter=id eq '{BLOB}')"
BERLIN = {"Prefer": 'outlook.timezone="W. Europe Standard Time"'}


def event(**more: Any) -> dict[str, Any]:
    return {
        "subject": "Offer",
        "start": {"dateTime": "2026-11-27T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-27T10:00:00", "timeZone": "UTC"},
        **more,
    }


def daily(number: int) -> dict[str, Any]:
    extent = {"type": "numbered", "startDate": "2026-11-27", "numberOfOccurrences": number}
    return {"pattern": {"type": "daily", "interval": 1}, "range": extent}


def test_series_is_viewed_with_its_blob_and_told_by_a_delta(tenant: Sandbox) -> None:
    client = application(tenant, "Calendars.ReadWrite")
    first, made, view = client.run(
        read(f"/users/{PRIYA}/calendarView/delta?{WEEK}"),
        post(EVENTS, event(recurrence=daily(3), attendees=[{"emailAddress": {"address": KIM}}])),
        read(f"/users/{PRIYA}/calendarView?{WEEK}", headers=BERLIN),
    )
    series = made["value"]["id"]

    whole, round_two, copy, refused = client.run(
        read(f"{EVENTS}/{series}", query={"select": "id,changeKey", "expand": EXPAND}),
        read(first["value"]["@odata.deltaLink"]),
        read(f"/users/{KIM}/events"),
        read(f"/users/{PRIYA}/calendarView/delta?{WEEK}&$select=id"),
    )

    starts = [one["start"]["dateTime"][:16] for one in view["value"]["value"]]
    assert starts == ["2026-11-27T10:00", "2026-11-28T10:00", "2026-11-29T10:00"]
    (told,) = whole["value"]["singleValueExtendedProperties"]
    assert told["value"].startswith("BDAEMAog")
    kinds = [one["type"] for one in round_two["value"]["value"]]
    assert kinds == ["seriesMaster", *["occurrence"] * 3]
    assert copy["value"]["value"][0]["iCalUId"] == made["value"]["iCalUId"]
    assert refused == {"status": 400, "code": "ErrorInvalidUrlQuery"}


def test_group_calendar_is_kept_by_a_member(tenant: Sandbox) -> None:
    groups = tenant.control("GET", "groups")["value"]
    group = next(one["id"] for one in groups if one["displayName"] == "Recruiting")
    member = person(tenant, PRIYA, {"Group.ReadWrite.All"})

    made, view = member.run(
        post(f"/groups/{group}/events", event()),
        read(f"/groups/{group}/calendarView?{WEEK}", query={"select": "subject,organizer"}),
    )
    (outside,) = application(tenant, "Group.ReadWrite.All").run(read(f"/groups/{group}/events"))

    assert made["value"]["isOrganizer"] is True
    (found,) = view["value"]["value"]
    assert found["organizer"]["emailAddress"]["address"] == "recruiting@northwind.example"
    assert outside == {"status": 403, "code": "ErrorAccessDenied"}


def test_free_busy_and_time_zones(tenant: Sandbox) -> None:
    tenant.control("POST", f"mailboxes/{PRIYA}/events", event())
    standard = quote("(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')")
    asked = {
        "schedules": [PRIYA, "recruiting@northwind.example"],
        "startTime": {"dateTime": "2026-11-27T08:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-11-27T11:00:00", "timeZone": "UTC"},
        "availabilityViewInterval": 60,
    }

    found, zones = application(tenant, "Calendars.Read", "User.Read.All").run(
        post(f"/users/{KIM}/calendar/getSchedule", asked),
        read(f"/users/{KIM}/outlook/supportedTimeZones{standard}"),
    )

    assert [one["availabilityView"] for one in found["value"]["value"]] == ["020", "020"]
    assert "Europe/Berlin" in [one["alias"] for one in zones["value"]["value"]]

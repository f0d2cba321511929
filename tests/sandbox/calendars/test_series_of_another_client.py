"""The tables of another client of Graph, row by row: rules, ranges and a clock change.

Its tables of descriptions, places and participants have no row for times, which alone are read.
"""

import json
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # it ships no types

from sandbox.calendars import recurrence
from tests.sandbox.calendars.conftest import added, seen, starts
from tests.sandbox.callers import Caller
from tests.support.needs import SHARED

pytestmark = pytest.mark.openapi
EASTERN = ZoneInfo("America/New_York")
# It takes the first of each day of the week. By Microsoft's page, the first day that fits is meant.
EACH_FIRST_DAY = "RRULE:FREQ=MONTHLY;WKST=SU;BYDAY=1MO,1TU,1WE,1TH,1FR,1SA,1SU;COUNT=48"
LAST = date(2026, 12, 31)


def table(name: str) -> Any:
    file = SHARED / f"real-fixtures/closeio-sync-engine/closeio-parse-{name}.json"
    found = json.loads(file.read_text("utf-8"))
    return found.get("data") or found["response"]["body"]


def checked(told: dict[str, Any], zone: str = "UTC") -> recurrence.Recurrence:
    start = date.fromisoformat(told["range"]["startDate"])
    return recurrence.checked(told, start=start, zone=zone)


def test_dates_are_those_of_its_rules() -> None:
    rows = table("test_convert_msgraph_patterned_recurrence_to_ical_rrule")
    different = []

    for row in rows:
        start = date.fromisoformat(row["recurrence"]["range"]["startDate"])
        rule = rrulestr(row["rrule"], dtstart=datetime.combine(start, time(9), EASTERN))
        theirs = [at.date() for at in rule.between(*_span(), inc=True)]
        ours = [*recurrence.dates(checked(row["recurrence"]), upto=LAST)]
        different += [row["rrule"]] if ours != theirs else []

    assert len(rows) == 12
    assert different == [EACH_FIRST_DAY]


def _span() -> tuple[datetime, datetime]:
    return datetime(2019, 1, 1, tzinfo=EASTERN), datetime.combine(LAST, time(23), EASTERN)


def test_range_without_a_zone_has_that_of_the_event() -> None:
    with_zone, without = table("test_parse_msgraph_range_start_and_until")
    zone = without["event"]["originalStartTimeZone"]

    first = checked(with_zone["event"]["recurrence"])
    second = checked(without["event"]["recurrence"], zone)

    assert first["range"]["recurrenceTimeZone"] == "Eastern Standard Time"
    assert second == first


def test_series_keeps_its_local_time_across_a_clock_change(priya: Caller) -> None:
    master = table("master_event_crossing_dst")
    local = {"timeZone": master["originalStartTimeZone"]}
    added(
        priya,
        start={"dateTime": "2022-11-05T08:00:00", **local},
        end={"dateTime": "2022-11-05T08:30:00", **local},
        recurrence=master["recurrence"],
    )

    found = seen(priya, "startDateTime=2022-11-01T00:00:00Z&endDateTime=2022-12-01T00:00:00Z")

    theirs = table("event_occurrences_crossing_dst")["value"]
    assert [f"{at}:00Z" for at in starts(found)] == [one["originalStart"] for one in theirs]
    assert [one["type"] for one in found] == [one["type"] for one in theirs]


def test_series_has_its_occurrences_and_its_exception(priya: Caller) -> None:
    master = table("master_event")
    made = added(
        priya,
        start={"dateTime": "2022-09-26T12:00:00", "timeZone": "UTC"},
        end={"dateTime": "2022-09-26T12:30:00", "timeZone": "UTC"},
        recurrence={
            "pattern": master["recurrence"]["pattern"],
            "range": {"type": "endDate", "startDate": "2022-09-26", "endDate": "2022-09-28"},
        },
    )
    theirs = table("master_with_exception_occurrences")["value"]
    moved = {name: theirs[0][name] for name in ("start", "end")}
    window = "startDateTime=2022-09-01T00:00:00Z&endDateTime=2022-10-01T00:00:00Z"

    second = seen(priya, window)[1]
    priya.call("PATCH", f"/me/events/{second['id']}", json=moved)

    members = ("type", "start", "end", "showAs", "isAllDay", "isCancelled")
    found = [{name: one.get(name) for name in members} for one in seen(priya, window)]
    in_order = sorted(theirs, key=lambda one: str(one["originalStart"]))
    assert found == [{name: one[name] for name in members} for one in in_order]
    assert {one["seriesMasterId"] for one in seen(priya, window)} == {made["id"]}

"""Dates of Graph's patterned recurrences, the patterns refused, and the blob of a series."""

import base64
import json
from datetime import date, datetime
from typing import Any

import pytest

from sandbox.calendars import recurrence, recurrence_blob
from sandbox.calendars.recurrence_blob import Series
from sandbox.errors import GraphError
from tests.support.needs import SHARED

NO_END = {"type": "noEnd"}


def series(
    pattern: dict[str, Any], start: str, extent: dict[str, Any] = NO_END
) -> recurrence.Recurrence:
    told = {"pattern": {"interval": 1, **pattern}, "range": extent}
    return recurrence.checked(told, start=date.fromisoformat(start), zone="UTC")


def days(found: recurrence.Recurrence, upto: str) -> list[str]:
    return [str(day) for day in recurrence.dates(found, upto=date.fromisoformat(upto))]


@pytest.mark.parametrize(
    ("pattern", "start", "upto", "expected"),
    [
        ({"type": "daily", "interval": 3}, "2026-03-01", "2026-03-08", "01 04 07"),
        (
            {"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "sunday"]},
            "2026-03-02", "2026-03-31", "02 15 16 29 30",
        ),
        (
            {
                "type": "weekly", "interval": 2, "daysOfWeek": ["monday", "sunday"],
                "firstDayOfWeek": "monday",
            },
            "2026-03-02", "2026-03-31", "02 08 16 22 30",
        ),
        ({"type": "absoluteMonthly", "dayOfMonth": 31}, "2026-01-31", "2026-04-30", "31 28 31 30"),
        (
            {"type": "relativeMonthly", "daysOfWeek": ["friday"], "index": "last"},
            "2026-01-30", "2026-03-31", "30 27 27",
        ),
        (
            {"type": "relativeMonthly", "daysOfWeek": ["saturday", "sunday"], "index": "second"},
            "2026-03-01", "2026-05-31", "07 05 03",
        ),
        (
            {"type": "absoluteYearly", "dayOfMonth": 29, "month": 2},
            "2024-02-29", "2028-12-31", "29 28 28 28 29",
        ),
        (
            {"type": "relativeYearly", "daysOfWeek": ["monday"], "month": 9, "index": "first"},
            "2026-09-07", "2028-12-31", "07 06 04",
        ),
    ],
)  # fmt: skip  # a case to a few lines
def test_pattern_stands_for_its_dates(
    pattern: dict[str, Any], start: str, upto: str, expected: str
) -> None:
    found = days(series(pattern, start), upto)

    assert [day[-2:] for day in found] == expected.split()


def test_range_ends_by_date_or_number() -> None:
    daily = {"type": "daily"}
    by_date = series(daily, "2026-03-01", {"type": "endDate", "endDate": "2026-03-03"})
    numbered = series(daily, "2026-03-01", {"type": "numbered", "numberOfOccurrences": 2})

    assert days(by_date, "2030-01-01") == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert days(numbered, "2030-01-01") == ["2026-03-01", "2026-03-02"]
    assert recurrence.last_date(by_date) == date(2026, 3, 3)
    assert recurrence.last_date(series(daily, "2026-03-01")) is None


def test_series_of_the_last_year_ends() -> None:
    yearly = {"type": "absoluteYearly", "dayOfMonth": 1, "month": 1}

    assert days(series(yearly, "9998-01-01"), "9999-12-31") == ["9998-01-01", "9999-01-01"]


@pytest.mark.parametrize(
    "pattern",
    [
        {"type": "hourly"},
        {"type": "daily", "interval": 0},
        {"type": "weekly"},
        {"type": "daily", "daysOfWeek": ["monday"]},
        {"type": "absoluteMonthly", "dayOfMonth": 32},
        {"type": "relativeMonthly", "daysOfWeek": ["someday"]},
    ],
)
def test_invalid_pattern_is_refused(pattern: dict[str, Any]) -> None:
    with pytest.raises(GraphError, match="validation"):
        series(pattern, "2026-03-01")


def test_unused_members_have_their_defaults() -> None:
    found = series({"type": "Weekly", "daysOfWeek": ["Monday"]}, "2026-03-02")

    assert found["pattern"] == {
        "type": "weekly",
        "interval": 1,
        "month": 0,
        "dayOfMonth": 0,
        "daysOfWeek": ["monday"],
        "firstDayOfWeek": "sunday",
        "index": "first",
    }
    assert found["range"] == {
        "type": "noEnd",
        "startDate": "2026-03-02",
        "endDate": "0001-01-01",
        "recurrenceTimeZone": "UTC",
        "numberOfOccurrences": 0,
    }


# The last row takes each of several days. By Microsoft's page the first that fits is meant.
ROWS = 9


@pytest.mark.openapi
def test_dates_are_those_of_another_client() -> None:
    name = "closeio-parse-test_inflate_msgraph_patterned_recurrence.json"
    table = json.loads((SHARED / "real-fixtures/closeio-sync-engine" / name).read_text())["data"]

    found = [days(row["recurrence"], row["inflated_dates"][-1]) for row in table[:ROWS]]

    assert found == [row["inflated_dates"] for row in table[:ROWS]]


@pytest.fixture
def vendor_samples() -> dict[str, str]:
    file = SHARED / "calendar-corpus/appointment-recur-blobs.json"
    return {one["name"]: one["graph"]["value"] for one in json.loads(file.read_text())}


@pytest.mark.openapi
def test_blobs_are_those_of_the_specification(vendor_samples: dict[str, str]) -> None:
    """[MS-OXOCAL] 4.1.1.1 and 4.1.1.3. The latter has an older writer's version."""
    friday = {"type": "weekly", "daysOfWeek": ["monday", "thursday", "friday"]}
    twelve = {"type": "numbered", "numberOfOccurrences": 12}
    weekly = Series(
        series(friday, "2007-03-26", twelve),
        datetime.fromisoformat("2007-03-26T10:00"),
        datetime.fromisoformat("2007-03-26T10:30"),
    )

    assert recurrence_blob.written(weekly) == vendor_samples["oxocal-4.1.1.1-weekly"]


@pytest.mark.parametrize(
    ("pattern", "calendar_type", "head"),
    [
        ({"type": "absoluteMonthly", "dayOfMonth": 1}, 0, "043004300c2002000000"),
        ({"type": "absoluteMonthly", "dayOfMonth": 1}, 6, "043004300c200a000600"),
        ({"type": "absoluteYearly", "dayOfMonth": 1, "month": 4}, 8, "043004300d2002000800"),
        ({"type": "relativeMonthly", "daysOfWeek": ["monday"]}, 15, "043004300c2003000f00"),
        ({"type": "daily"}, 0, "043004300a2000000000"),
    ],
)
def test_blob_names_pattern_and_calendar(
    pattern: dict[str, Any], calendar_type: int, head: str
) -> None:
    at = datetime.fromisoformat("2026-04-01T08:00")
    found = Series(series(pattern, "2026-04-01"), at, at, calendar_type)

    blob = base64.b64decode(recurrence_blob.written(found))

    assert blob[:10].hex() == head
    assert blob[-10:].hex() == "0000" + "00" * 8

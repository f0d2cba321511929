"""Rows of Microsoft's calendar view as events."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.availability.events import events_in
from portal.availability.models import Event, ShowAs
from portal.graph.errors import Unavailable
from tests.support.needs import SHARED

CLOSEIO = SHARED / "real-fixtures/closeio-sync-engine"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "id": "e1",
        "seriesMasterId": None,
        "type": "singleInstance",
        "start": {"dateTime": "2026-11-24T09:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-24T10:00:00.0000000", "timeZone": "UTC"},
        "originalStartTimeZone": "W. Europe Standard Time",
        "isAllDay": False,
        "isCancelled": False,
        "showAs": "busy",
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
    } | changes


def moment(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


def read(**changes: Any) -> Event:
    (found,) = events_in([row(**changes)])
    return found


def test_row_becomes_an_event() -> None:
    found = read(seriesMasterId="s1", iCalUId="u1", isAllDay=True, isCancelled=True, showAs="oof")

    assert found == Event(
        id="e1",
        starts_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        ends_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
        show_as=ShowAs.OOF,
        series_id="s1",
        zone="Europe/Berlin",
        is_all_day=True,
        is_cancelled=True,
        ical_uid="u1",
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("free", ShowAs.FREE),
        ("Busy", ShowAs.BUSY),
        ("workingElsewhere", ShowAs.ELSEWHERE),
        ("unknown", ShowAs.UNKNOWN),
        ("unknownFutureValue", ShowAs.UNKNOWN),
        ("", ShowAs.UNKNOWN),
        (None, ShowAs.UNKNOWN),
        (["busy"], ShowAs.UNKNOWN),
    ],
)
def test_unknown_status_is_unknown(told: Any, expected: ShowAs) -> None:
    assert read(showAs=told).show_as is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"response": "declined"}, True),
        ({"response": "accepted"}, False),
        ({"response": "none"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_only_a_declined_event_is_declined(told: Any, expected: bool) -> None:
    assert read(responseStatus=told).is_declined is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (moment("2026-11-24T09:00:00.0000000"), "2026-11-24T09:00:00+00:00"),
        (moment("2026-11-24T09:00:00"), "2026-11-24T09:00:00+00:00"),
        (moment("2026-11-24T09:00:59.9999999"), "2026-11-24T09:00:59+00:00"),
        (moment("2026-11-24T09:00:00Z"), "2026-11-24T09:00:00+00:00"),
        (moment("2026-11-24T09:00:00+01:00"), "2026-11-24T08:00:00+00:00"),
        ({"dateTime": "2026-11-24T09:00:00"}, "2026-11-24T09:00:00+00:00"),
        (moment("2026-11-24T09:00:00", "tzone://Microsoft/Utc"), "2026-11-24T09:00:00+00:00"),
        (moment("2026-11-24T09:00:00", "W. Europe Standard Time"), "2026-11-24T08:00:00+00:00"),
        (moment("2026-11-24T09:00:00", "Asia/Tokyo"), "2026-11-24T00:00:00+00:00"),
        # Not there on the morning of a clock change, and there twice on the other.
        (moment("2027-03-28T02:30:00", "Europe/Berlin"), "2027-03-28T01:30:00+00:00"),
        (moment("2026-10-25T02:30:00", "Europe/Berlin"), "2026-10-25T00:30:00+00:00"),
    ],
)
def test_time_is_read_in_its_zone(told: dict[str, str], expected: str) -> None:
    assert read(start=told).starts_at.isoformat() == expected


@pytest.mark.parametrize("member", ["start", "end"])
@pytest.mark.parametrize(
    "told",
    [
        None,
        "2026-11-24T09:00:00",
        {},
        {"dateTime": None},
        {"dateTime": 1764000000, "timeZone": "UTC"},
        moment(""),
        moment("tomorrow"),
        moment("2026-02-30T09:00:00"),
        moment("2026-11-24T25:00:00"),
        moment("0001-01-01T00:00:00.0000000"),
        moment("9999-12-31T23:59:59.9999999"),
        moment("2026-11-24T09:00:00", "tzone://Microsoft/Custom"),
        moment("2026-11-24T09:00:00", "Mars Standard Time"),
    ],
)
def test_event_without_its_times_fails_the_whole_answer(member: str, told: Any) -> None:
    with pytest.raises(Unavailable, match="this calendar cannot be read"):
        events_in([row(), row(id="e2", **{member: told})])


@pytest.mark.parametrize("told", [{}, {"id": None}, {"id": ""}])
def test_event_needs_an_id(told: dict[str, Any]) -> None:
    without = {name: value for name, value in row().items() if name != "id"}

    with pytest.raises(Unavailable):
        events_in([without | told])


@pytest.mark.parametrize("answer", [[None], ["e1"], [[]]])
def test_row_is_an_object(answer: Any) -> None:
    with pytest.raises(Unavailable):
        events_in(answer)


def test_row_that_comes_twice_is_one_event() -> None:
    later = moment("2026-11-24T11:00:00")

    found = events_in([row(), row(id="e2"), row(end=later)])

    assert [one.id for one in found] == ["e1", "e2"]
    assert found[0].ends_at.hour == 11


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Europe/Stockholm", "Europe/Stockholm"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("tzone://Microsoft/Custom", ""),
        ("Dinner with Rosa", ""),
        ("", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_only_names_of_zones_are_kept(name: Any, expected: str) -> None:
    """A custom zone is named by a person, in words that Portal must not keep."""
    assert read(originalStartTimeZone=name).zone == expected


@pytest.mark.openapi
def test_recorded_event_keeps_its_times_alone() -> None:
    recorded = json.loads((CLOSEIO / "closeio-parse-single_instance_event.json").read_text("utf-8"))
    body = recorded["response"]["body"]

    (found,) = events_in([body])

    assert found == Event(
        id=body["id"],
        starts_at=datetime(2022, 9, 15, 12, tzinfo=UTC),
        ends_at=datetime(2022, 9, 15, 12, 30, tzinfo=UTC),
        zone="America/New_York",
        ical_uid=body["iCalUId"],
    )


@pytest.mark.openapi
def test_recorded_occurrences_and_exception_belong_to_their_series() -> None:
    file = CLOSEIO / "closeio-parse-master_with_exception_occurrences.json"
    rows = json.loads(file.read_text("utf-8"))["response"]["body"]["value"]

    found = events_in(rows)

    assert {one.series_id for one in found} == {rows[0]["seriesMasterId"]}
    assert [f"{one.starts_at:%m-%d %H:%M}-{one.ends_at:%H:%M}" for one in found] == [
        "09-27 13:30-14:00",
        "09-26 12:00-12:30",
        "09-28 12:00-12:30",
    ]

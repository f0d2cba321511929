"""Busy times of a room: merged, cut to the day, and with each room's own error."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.calendars import busy, presentation
from portal.calendars.busy import Busy, Day, Times
from portal.calendars.models import Room
from tests.support.needs import SHARED

DAY = Day.of(datetime(2026, 11, 24, 12, tzinfo=UTC), UTC)
ROOM = "aurora@northwind.example"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


def item(start: str, end: str, status: str = "busy", zone: str = "UTC") -> dict[str, Any]:
    """A schedule item as Microsoft writes it."""
    return {
        "status": status,
        "start": {"dateTime": f"2026-11-24T{start}:00.0000000", "timeZone": zone},
        "end": {"dateTime": f"2026-11-24T{end}:00.0000000", "timeZone": zone},
    }


def times(*items: dict[str, Any], **more: Any) -> Times:
    answer = {"value": [{"scheduleId": ROOM.upper(), "scheduleItems": list(items), **more}]}
    return busy.times_in(answer, [ROOM], DAY)[ROOM]


def test_overlapping_or_adjacent_times_are_merged() -> None:
    found = times(item("09:00", "10:00"), item("09:30", "11:00", "oof"), item("11:00", "11:30"))

    assert found.busy == (Busy(at(9), at(11, 30)),)


def test_busy_hides_tentative() -> None:
    found = times(item("09:00", "12:00", "tentative"), item("10:00", "11:00", "Busy"))

    assert found.busy == (
        Busy(at(9), at(10), is_tentative=True),
        Busy(at(10), at(11)),
        Busy(at(11), at(12), is_tentative=True),
    )


@pytest.mark.parametrize("status", ["free", "workingElsewhere", "unknown"])
def test_other_states_count_as_free(status: str) -> None:
    assert times(item("09:00", "10:00", status), availabilityView="0").busy == ()


def test_event_past_midnight_is_cut_to_the_day() -> None:
    long = Busy(at(22) - timedelta(days=1), at(22) + timedelta(days=1))

    assert busy.merged([long], DAY) == (Busy(DAY.starts_at, DAY.ends_at),)


def test_without_single_events_the_digits_count() -> None:
    found = times(availabilityView="0012234")

    assert found.busy == (
        Busy(at(0, 30), at(0, 45), is_tentative=True),
        Busy(at(0, 45), at(1, 30)),
    )


def test_times_in_a_named_zone_are_read() -> None:
    found = times(item("09:00", "10:00", zone="Europe/Stockholm"))

    assert found.busy == (Busy(at(8), at(9)),)


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        ({"error": {"responseCode": "ErrorMailRecipientNotFound"}}, busy.NOT_FOUND),
        ({"error": {"responseCode": "ErrorNoFreeBusyAccess"}}, busy.REFUSED),
        ({"error": {}}, busy.REFUSED),
        ({"scheduleItems": [{"status": "busy"}]}, busy.UNREADABLE),
        ({"scheduleItems": [item("09:00", "10:00", zone="No Zone")]}, busy.UNREADABLE),
    ],
)
def test_each_room_has_its_own_error(schedule: dict[str, Any], sentence: str) -> None:
    answer = {"value": [{"scheduleId": ROOM, **schedule}, {"scheduleId": "b@x.example"}]}

    found = busy.times_in(answer, [ROOM, "b@x.example", "c@x.example"], DAY)

    assert found[ROOM].failure == sentence
    assert found["b@x.example"] == Times()
    assert found["c@x.example"].failure == busy.NOTHING


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-24", 24)]
)
def test_day_has_the_length_of_its_time_zone(day: str, hours: int) -> None:
    now = datetime.fromisoformat(f"{day}T12:00:00+00:00")

    found = Day.of(now, ZoneInfo("Europe/Stockholm"))

    assert found.ends_at - found.starts_at == timedelta(hours=hours)
    asked = busy.question([ROOM], found)
    assert asked["startTime"]["timeZone"] == asked["endTime"]["timeZone"] == "UTC"


@pytest.mark.openapi
def test_recorded_answer_is_read() -> None:
    sample = SHARED / "graph-samples" / "outlook-get-free-busy-schedule.json"
    text = sample.read_text().replace("Pacific Standard Time", "America/Los_Angeles")
    body = json.loads(text)["examples"][0]["response"]["body"]
    day = Day.of(datetime(2018, 8, 6, 20, tzinfo=UTC), ZoneInfo("America/Los_Angeles"))

    found = busy.times_in(body, ["AlexW@contoso.OnMicrosoft.com"], day)

    start = datetime(2018, 8, 6, 16, tzinfo=UTC)
    assert found["AlexW@contoso.OnMicrosoft.com"].busy == (
        Busy(start, start + timedelta(minutes=90), is_tentative=True),
        Busy(start + timedelta(hours=2), start + timedelta(hours=4)),
    )


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (at(8), "Free until 09:00"),
        (at(9), "Taken until 11:00"),
        (at(10, 30), "Maybe taken until 11:00"),
        (at(11), "Free until 22:00"),
        (at(23), "Taken for the rest of today"),
    ],
)
def test_state_says_until_when(now: datetime, words: str) -> None:
    taken = (Busy(at(9), at(10)), Busy(at(10), at(11), is_tentative=True))
    late = Busy(at(22), DAY.ends_at)
    known = Times((*taken, late))

    shown = presentation.shown(
        Room("1", "A", ROOM), known, presentation.scale_of([known], DAY), now=now
    )

    assert shown.now == words
    assert shown.words == "09:00\u201310:00, 10:00\u201311:00 (tentative), 22:00\u201324:00"


def test_drawn_hours_cover_every_event() -> None:
    known = Times((Busy(at(6, 30), at(7)), Busy(at(19, 15), at(20))))

    scale = presentation.scale_of([known], DAY)

    assert scale.hours[0] == (0, "06")
    assert scale.hours[-1] == (1000, "21")
    bars = presentation.shown(Room("1", "A", ROOM), known, scale, now=at(12)).bars
    assert [(bar.x, bar.width) for bar in bars] == [(33, 34), (883, 50)]


def test_empty_day_is_a_working_day() -> None:
    scale = presentation.scale_of([Times()], DAY)

    assert (scale.hours[0][1], scale.hours[-1][1]) == ("08", "18")
    assert presentation.shown(Room("1", "A", ROOM), Times(), scale, now=at(9)).now == (
        "Free for the rest of today"
    )

"""Meeting hours of dates, as times in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.availability.hours import STANDARD, Window, week_of
from portal.availability.spans import spans

BERLIN, CAIRO = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo")
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on_day(day: date, starts: str, ends: str, zone: ZoneInfo = BERLIN) -> list[tuple[str, str]]:
    window = Window(day.weekday(), time.fromisoformat(starts), time.fromisoformat(ends))
    found = spans(week_of([window]), day, 1, zone)
    return [(f"{start:%dT%H:%M}", f"{end:%dT%H:%M}") for start, end in found]


def test_standard_hours_are_nine_to_five_on_workdays() -> None:
    found = list(spans(STANDARD, date(2026, 11, 23), 7, BERLIN))

    assert len(found) == 5
    assert found[0] == (at("2026-11-23T08:00"), at("2026-11-23T16:00"))
    assert found[4] == (at("2026-11-27T08:00"), at("2026-11-27T16:00"))


def test_nine_stays_nine_across_a_clock_change() -> None:
    friday_and_monday = spans(STANDARD, date(2026, 10, 23), 4, BERLIN)

    assert [start for start, _ in friday_and_monday] == [
        at("2026-10-23T07:00"),
        at("2026-10-26T08:00"),
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("00:00", "00:00", [("27T23:00", "28T22:00")]),  # 23 hours
        ("01:00", "04:00", [("28T00:00", "28T02:00")]),
        ("02:30", "04:00", [("28T01:30", "28T02:00")]),
        ("01:00", "02:30", [("28T00:00", "28T00:30")]),
        ("02:15", "02:45", []),
        ("03:00", "04:00", [("28T01:00", "28T02:00")]),
        ("09:00", "17:00", [("28T07:00", "28T15:00")]),
    ],
)
def test_hours_that_clocks_skip(starts: str, ends: str, expected: list[tuple[str, str]]) -> None:
    assert on_day(SPRING, starts, ends) == expected


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("00:00", "00:00", [("24T22:00", "25T23:00")]),  # 25 hours
        ("01:00", "04:00", [("24T23:00", "25T03:00")]),
        ("02:30", "04:00", [("25T01:30", "25T03:00")]),
        ("01:00", "02:30", [("24T23:00", "25T00:30")]),
        ("02:15", "02:45", []),
        ("03:00", "04:00", [("25T02:00", "25T03:00")]),
        ("09:00", "17:00", [("25T08:00", "25T16:00")]),
    ],
)
def test_hours_that_clocks_repeat(starts: str, ends: str, expected: list[tuple[str, str]]) -> None:
    assert on_day(AUTUMN, starts, ends) == expected


def test_day_without_a_midnight_begins_with_its_first_moment() -> None:
    assert on_day(date(2026, 4, 24), "00:00", "02:00", CAIRO) == [("23T22:00", "23T23:00")]


def test_hours_may_end_at_midnight() -> None:
    assert on_day(date(2026, 11, 24), "18:00", "00:00") == [("24T17:00", "24T23:00")]


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31)) | st.sampled_from(
    [SPRING, AUTUMN, date(2026, 4, 24), date(2026, 10, 29), date(2026, 11, 1)]
)
ZONES = st.sampled_from(
    [BERLIN, CAIRO, ZoneInfo("America/Havana"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
)


@given(DAYS, TIMES, TIMES, ZONES, st.floats(0, 1))
def test_every_moment_of_a_window_is_within_its_hours(
    day: date, starts: time, ends: time, zone: ZoneInfo, part: float
) -> None:
    if time() < ends <= starts:
        return
    week = week_of([Window(day.weekday(), starts, ends)])

    for start, end in spans(week, day, 1, zone):
        moment = start + timedelta(minutes=int((end - start) / timedelta(minutes=1) * part * 0.999))
        local = moment.astimezone(zone)
        assert local.date() == day
        assert starts <= local.time()
        assert local.time() < ends or ends == time()

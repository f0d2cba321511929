"""The starts of a day, who is free then, and the candidate's time beside them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.availability.hours import STANDARD, Window, week_of
from portal.availability.spans import Span, spans
from portal.interviews.models import Subject
from portal.interviews.plan.columns import Column, Free
from portal.interviews.plan.grid import Grid, Row, Theirs, judged
from portal.interviews.plan.suggestions import next_times

MALMO, BUENOS_AIRES = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/Argentina/Buenos_Aires")
DAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
KNOWN = (NOW - timedelta(days=1), NOW + timedelta(days=62))


def at(clock: str, day: date = DAY, zone: ZoneInfo = MALMO) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def span(start: str, end: str, day: date = DAY) -> Span:
    return at(start, day), at(end, day)


def person(name: str, *busy: Span, first: date = date(2026, 11, 23)) -> Column:
    hours = tuple(spans(STANDARD, first, 28, MALMO))
    return Column(name.lower(), name, Subject.PERSON, busy, hours=hours, known=KNOWN)


def room(name: str, *busy: Span) -> Column:
    return Column(name.lower(), name, Subject.ROOM, busy, known=KNOWN)


def grid(*columns: Column, day: date = DAY, length: timedelta = HOUR) -> Grid:
    return Grid(columns, day, MALMO, length, NOW, their_zone=BUENOS_AIRES)


def row(found: Grid, clock: str) -> Row:
    return next(each for each in found.rows if each.clock == clock)


def test_a_cell_is_of_the_half_hour_and_the_verdict_of_the_whole_interview() -> None:
    found = grid(person("Sam", span("13:00", "13:30")), person("Kim"))
    assert row(found, "12:30").cells == (Free.FREE, Free.FREE)
    assert row(found, "12:30").verdict == "Sam is busy"
    assert (row(found, "13:00").cells[0], row(found, "13:00").is_good) == (Free.BUSY, False)
    assert row(found, "13:30").verdict == "Everyone is free"
    assert row(found, "13:30").is_good


def test_starts_are_those_within_hours_that_leave_time_for_the_interview() -> None:
    assert [each.clock for each in grid(person("Sam")).rows][::14] == ["09:00", "16:00"]
    assert len(grid(person("Sam")).rows) == 15


def test_a_day_without_hours_and_without_anybody_has_the_usual_starts() -> None:
    clocks = [each.clock for each in grid(day=date(2026, 11, 28)).rows]
    assert (clocks[0], clocks[-1]) == ("08:00", "17:00")
    assert row(grid(), "09:00").verdict == "Nobody is chosen"


def test_no_start_is_in_the_past() -> None:
    assert grid(person("Sam"), day=date(2026, 11, 24)).rows[0].clock == "11:30"
    assert grid(person("Sam"), day=date(2026, 11, 20)).rows == []


def test_a_chosen_time_outside_hours_has_a_row_of_its_own() -> None:
    found = replace(grid(person("Sam")), chosen=at("18:15"))
    assert found.rows[-1].clock == "18:15"
    assert found.rows[-1].verdict == "Outside the hours of Sam"
    assert replace(found, day=date(2026, 11, 27)).rows[-1].clock == "16:00"


def test_what_is_not_known_is_never_free() -> None:
    unread = replace(person("Kim"), known=None)
    found = row(grid(person("Sam"), unread), "10:00")
    assert found.cells == (Free.FREE, Free.NOT_KNOWN)
    assert (found.verdict, found.is_good) == ("Kim: not known", False)
    beyond = date(2027, 2, 3)
    assert not any(each.is_good for each in grid(person("Sam"), day=beyond).rows)


def test_a_time_that_portal_booked_is_busy_even_of_an_unread_calendar() -> None:
    booked = replace(person("Kim", span("10:00", "11:00")), known=None)
    assert row(grid(booked), "10:00").cells == (Free.BUSY,)


@pytest.mark.parametrize(
    ("columns", "verdict"),
    [
        ((person("Sam", span("10:00", "11:00")), person("Kim", span("10:00", "11:00"))), "Both"),
        ((person("Sam"), room("Aurora", span("10:30", "11:00"))), "Aurora is taken"),
        ((replace(person("Sam"), maybe=(span("10:00", "11:00"),)),), "Sam may be busy"),
        ((replace(room("Aurora"), maybe=(span("10:00", "11:00"),)),), "Aurora may be taken"),
        ((person("Sam"),), "Sam is free"),
        ((room("Aurora"),), "Free"),
    ],
)
def test_the_verdict_names_who_is_in_the_way(columns: tuple[Column, ...], verdict: str) -> None:
    assert judged(columns, span("10:00", "11:00"))[0].startswith(verdict)


def test_many_who_are_busy_are_counted() -> None:
    busy = tuple(person(each, span("10:00", "11:00")) for each in ("Sam", "Kim", "Alex"))
    assert judged(busy, span("10:00", "11:00")) == ("3 people are busy", False)


def test_people_who_need_not_come_leave_the_verdict_good() -> None:
    kim = replace(person("Kim", span("10:00", "11:00")), is_required=False)
    found = judged((person("Sam"), kim), span("10:00", "11:00"))
    assert found == ("Free, except Kim (optional)", True)


@pytest.mark.parametrize(
    ("clock", "zone", "theirs"),
    [
        ("10:00", "America/Argentina/Buenos_Aires", Theirs("06:00", "", "early")),
        ("11:00", "America/Argentina/Buenos_Aires", Theirs("07:00", "", "")),
        ("12:00", "Pacific/Auckland", Theirs("00:00", "Fri", "early")),
        ("09:30", "Pacific/Auckland", Theirs("21:30", "", "late")),
        ("09:00", "Pacific/Auckland", Theirs("21:00", "", "")),
        ("10:30", "Pacific/Auckland", Theirs("22:30", "", "late")),
    ],
)
def test_the_candidates_time_has_a_word_at_night_and_a_day_where_it_is_another(
    clock: str, zone: str, theirs: Theirs
) -> None:
    found = replace(grid(person("Sam")), their_zone=ZoneInfo(zone))
    assert row(found, clock).theirs == theirs


def test_an_hour_that_clocks_show_twice_has_its_offset() -> None:
    night = week_of([Window(6, time(1), time(4))])
    day = date(2026, 10, 25)
    sam = replace(person("Sam"), hours=tuple(spans(night, day, 1, MALMO)))
    early = replace(grid(sam, day=day), now=at("00:00", day), their_zone=None)
    assert [each.clock for each in early.rows] == [
        *("01:00", "01:30", "02:00 (UTC+2)", "02:30 (UTC+2)"),
        *("02:00 (UTC+1)", "02:30 (UTC+1)", "03:00"),
    ]


def test_an_hour_that_clocks_skip_is_not_offered() -> None:
    night = week_of([Window(6, time(1), time(4))])
    day = date(2027, 3, 28)
    sam = replace(person("Sam"), hours=tuple(spans(night, day, 1, MALMO)))
    found = [each.clock for each in grid(sam, day=day).rows]
    assert found == ["01:00", "01:30", "03:00"]


def test_the_next_times_are_the_first_of_each_day_that_suit_everyone() -> None:
    sam = person("Sam", span("11:00", "13:30"))
    found = next_times((sam, person("Kim")), MALMO, length=HOUR, now=NOW)
    assert found == [
        at("12:00", date(2026, 11, 24)),
        at("09:00", date(2026, 11, 25)),
        at("09:00", DAY),
    ]


def test_the_next_times_avoid_the_candidates_night_and_a_taken_room() -> None:
    aurora = room("Aurora", span("09:00", "12:30"))
    found = next_times(
        (person("Sam"), aurora),
        MALMO,
        length=HOUR,
        now=at("18:00", date(2026, 11, 25)),
        their_zone=BUENOS_AIRES,
    )
    assert found[:2] == [at("12:30"), at("11:00", date(2026, 11, 27))]


def test_nothing_is_suggested_while_anything_is_not_known() -> None:
    unread = replace(person("Kim"), known=None)
    assert next_times((person("Sam"), unread), MALMO, length=HOUR, now=NOW) == []
    optional = replace(unread, is_required=False)
    assert len(next_times((person("Sam"), optional), MALMO, length=HOUR, now=NOW)) == 3
    assert next_times((room("Aurora"),), MALMO, length=HOUR, now=NOW) == []

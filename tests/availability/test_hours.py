"""Weekly meeting hours, and their text form."""

from datetime import time

import pytest

from portal.availability import hours
from portal.availability.hours import STANDARD, Window, week_of
from portal.errors import Invalid


def test_text_of_hours_is_read_again() -> None:
    week = week_of([Window(6, time(18), time()), Window(0, time(9, 30), time(12))])

    stored = hours.text(week)

    assert stored == '{"0": ["09:30", "12:00"], "6": ["18:00", "00:00"]}'
    assert hours.week_in(stored) == week
    assert hours.week_in(hours.text(STANDARD)) == STANDARD
    assert hours.week_in(hours.text({})) == {}


def test_summary_names_days_and_times() -> None:
    week = week_of([Window(6, time(18), time()), Window(0, time(9, 30), time(12))])

    assert hours.summary(week) == "Monday 09:30 to 12:00, Sunday 18:00 to 00:00"
    assert hours.summary({}) == "none"


@pytest.mark.parametrize(("starts", "ends"), [("17:00", "09:00"), ("09:00", "09:00")])
def test_hours_that_end_before_they_start_are_refused(starts: str, ends: str) -> None:
    window = Window(2, time.fromisoformat(starts), time.fromisoformat(ends))

    with pytest.raises(
        Invalid, match="On Wednesday, the hours must end after they start"
    ) as refusal:
        week_of([window])

    assert refusal.value.field == "wednesday_to"

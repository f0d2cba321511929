"""Send later: in the author's zone, and asked about where the clocks change."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from portal import clock
from portal.composer import later
from portal.errors import Invalid
from portal.storage.rows import Rows
from tests.composer.form import counts, send
from tests.composer.form import mails as sent
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

MALMO = ZoneInfo("Europe/Stockholm")
MARCH = datetime(2027, 3, 20, 12, 0, tzinfo=UTC)
OCTOBER = datetime(2027, 10, 20, 12, 0, tzinfo=UTC)


def test_the_time_is_one_of_the_authors_own_zone() -> None:
    found = later.moment("2027-03-22", "09:30", "", zone=MALMO, now=MARCH)

    assert found == datetime(2027, 3, 22, 8, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(Invalid, match=r"forward on 28 March, so 02:30 does not exist") as refusal:
        later.moment("2027-03-28", "02:30", "", zone=MALMO, now=MARCH)

    assert refusal.value.field == "time"
    assert not later.is_repeated("2027-03-28", "02:30", zone=MALMO)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2027-02-30", ""])
@pytest.mark.parametrize("hours", [-12, 12])
def test_impossible_days_are_refused(day: str, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))

    with pytest.raises(Invalid, match="Choose a day"):
        later.moment(day, "12:00", "", zone=zone, now=MARCH)

    assert not later.is_repeated(day, "00:00", zone=zone)
    assert not later.is_repeated(day, "23:59", zone=zone)


def test_an_hour_that_the_clocks_repeat_is_asked_about() -> None:
    with pytest.raises(Invalid, match=r"go back on 31 October, so 02:30 comes twice") as refusal:
        later.moment("2027-10-31", "02:30", "", zone=MALMO, now=OCTOBER)

    assert refusal.value.field == "which"
    assert later.is_repeated("2027-10-31", "02:30", zone=MALMO)
    both = [
        later.moment("2027-10-31", "02:30", which, zone=MALMO, now=OCTOBER)
        for which in (later.FIRST, later.SECOND)
    ]
    assert both == [
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("day", "time", "field"),
    [
        ("", "09:30", "day"),
        ("2027-02-30", "09:30", "day"),
        ("20270322", "25:00", "time"),
        ("2027-03-22", "", "time"),
        ("2027-03-22", "9:30", "time"),
        ("2027-03-20", "13:00", "time"),
        ("2027-05-20", "12:00", "day"),
    ],
)
def test_any_other_time_is_refused_at_its_field(day: str, time: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        later.moment(day, time, "", zone=MALMO, now=MARCH)

    assert refusal.value.field == field


def test_sixty_days_ahead_fit() -> None:
    assert later.moment("2027-05-19", "14:00", "", zone=MALMO, now=MARCH) - MARCH == timedelta(60)


def test_a_message_waits_for_its_time(ready: Rows, priya: Visitor) -> None:
    day = (clock.utc_now() + timedelta(days=3)).date()

    send(priya, do="later", day=f"{day}", time="09:30")

    (mail,) = sent(ready)
    assert mail["due_at"] == mail["free_at"] == f"{day}T09:30:00Z"
    assert mail["give_up_at"] == f"{day + timedelta(days=1)}T09:30:00Z"
    assert "Until then you can take it back." in priya.text("/candidates/rosa")


def test_the_page_asks_which_of_two_hours_is_meant(ready: Rows, priya: Visitor) -> None:
    with ready.write():
        raw(ready).execute("update users set time_zone = 'Europe/Stockholm' where id = 'priya'")

    answer = send(priya, do="later", day="2027-10-31", time="02:30")

    assert answer.status_code == 422
    assert "The clocks go back on 31 October" in words(answer)
    assert 'name="which"' in answer.text
    assert counts(ready)[:3] == [0, 0, 0]


def test_a_day_alone_does_not_hold_a_message_back(ready: Rows, priya: Visitor) -> None:
    send(priya, do="send", day="2026-12-24", time="09:30")

    (mail,) = sent(ready)
    assert clock.moment(mail["due_at"]) - clock.moment(mail["created_at"]) == timedelta(seconds=10)

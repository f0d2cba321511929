"""The verdict about each event: when it is, and whether and why it counts as busy."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.availability.intervals import intervals
from portal.availability.models import Event, Interval, Reason, Rules, SeriesState, ShowAs

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
STOCKHOLM, TOKYO = ZoneInfo("Europe/Stockholm"), ZoneInfo("Asia/Tokyo")
CAIRO, HAVANA = ZoneInfo("Africa/Cairo"), ZoneInfo("America/Havana")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(
    start: str = "2026-11-24T09:00",
    end: str = "2026-11-24T10:00",
    show_as: ShowAs = ShowAs.BUSY,
    *,
    zone: str = "",
    is_all_day: bool = False,
) -> Event:
    return Event("e1", at(start), at(end), show_as, zone=zone, is_all_day=is_all_day)


def verdict(
    one: Event,
    rules: Rules | None = None,
    *,
    zone: ZoneInfo = BERLIN,
    series: dict[str, SeriesState] | None = None,
) -> Interval:
    (found,) = intervals([one], rules or Rules(), zone, series or {})
    return found


def times(one: Event, zone: ZoneInfo) -> tuple[str, str]:
    found = verdict(one, zone=zone)
    return f"{found.starts_at:%Y-%m-%dT%H:%M}", f"{found.ends_at:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("show_as", "blocks", "reason"),
    [
        (ShowAs.BUSY, True, Reason.BUSY),
        (ShowAs.OOF, True, Reason.OOF),
        (ShowAs.UNKNOWN, True, Reason.UNKNOWN),
        (ShowAs.TENTATIVE, True, Reason.TENTATIVE),
        (ShowAs.ELSEWHERE, False, Reason.ELSEWHERE_FREE),
        (ShowAs.FREE, False, Reason.FREE),
    ],
)
def test_what_blocks_by_default(show_as: ShowAs, blocks: bool, reason: Reason) -> None:
    found = verdict(event(show_as=show_as))

    assert (found.blocks, found.reason, found.kind) == (blocks, reason, show_as)


def test_rules_decide_about_tentative_and_elsewhere() -> None:
    other = Rules(tentative_blocks=False, elsewhere_blocks=True)

    tentative = verdict(event(show_as=ShowAs.TENTATIVE), other)
    elsewhere = verdict(event(show_as=ShowAs.ELSEWHERE), other)

    assert (tentative.blocks, tentative.reason) == (False, Reason.TENTATIVE_FREE)
    assert (elsewhere.blocks, elsewhere.reason) == (True, Reason.ELSEWHERE)


@pytest.mark.parametrize("show_as", ShowAs)
def test_cancelled_and_declined_events_never_block(show_as: ShowAs) -> None:
    every = Rules(tentative_blocks=True, elsewhere_blocks=True)
    series = {"s1": SeriesState.BLOCKED}
    one = replace(event(show_as=show_as), series_id="s1")

    cancelled = verdict(replace(one, is_cancelled=True), every, series=series)
    declined = verdict(replace(one, is_declined=True), every, series=series)

    assert (cancelled.blocks, cancelled.reason) == (False, Reason.CANCELLED)
    assert (declined.blocks, declined.reason) == (False, Reason.DECLINED)


@pytest.mark.parametrize(
    ("state", "blocks", "reason"),
    [
        (None, True, Reason.NOT_CHECKED),
        (SeriesState.COUNTED, True, Reason.BUSY),
        (SeriesState.LEFT_OUT, False, Reason.LEFT_OUT),
        (SeriesState.BLOCKED, True, Reason.BLOCKED),
    ],
)
def test_series_blocks_unless_it_is_left_out(
    state: SeriesState | None, blocks: bool, reason: Reason
) -> None:
    one = replace(event(), series_id="s1")

    found = verdict(one, series={"s1": state, "s2": SeriesState.LEFT_OUT} if state else {})

    assert (found.blocks, found.reason, found.series_id) == (blocks, reason, "s1")


@pytest.mark.parametrize("state", [None, *SeriesState])
def test_free_occurrence_blocks_in_no_series(state: SeriesState | None) -> None:
    one = replace(event(show_as=ShowAs.FREE), series_id="s1")

    found = verdict(one, series={"s1": state} if state else {})

    assert (found.blocks, found.reason) == (False, Reason.FREE)


def test_times_are_those_of_the_event() -> None:
    found = verdict(event("2026-11-24T09:00", "2026-11-24T10:30"))

    assert (found.starts_at, found.ends_at) == (at("2026-11-24T09:00"), at("2026-11-24T10:30"))


def test_event_without_length_does_not_block() -> None:
    found = verdict(event("2026-11-24T09:00", "2026-11-24T09:00"))

    assert (found.blocks, found.reason) == (False, Reason.NO_LENGTH)


def test_time_between_an_early_end_and_the_start_blocks() -> None:
    found = verdict(event("2026-11-24T10:00", "2026-11-24T09:00"))

    assert (found.blocks, found.reason) == (True, Reason.BACKWARDS)
    assert (found.starts_at, found.ends_at) == (at("2026-11-24T09:00"), at("2026-11-24T10:00"))


def test_early_end_does_not_make_a_free_event_block() -> None:
    found = verdict(event("2026-11-24T10:00", "2026-11-24T09:00", ShowAs.FREE))

    assert (found.blocks, found.reason) == (False, Reason.FREE)


def test_event_of_forty_days_is_one_interval() -> None:
    found = verdict(event("2026-11-24T09:00", "2027-01-03T09:00"))

    assert found.blocks
    assert found.ends_at - found.starts_at == timedelta(days=40)


def test_intervals_are_in_order_of_time() -> None:
    late = replace(event("2026-11-25T09:00", "2026-11-25T10:00"), id="late")
    long = replace(event("2026-11-24T09:00", "2026-11-24T12:00"), id="long")
    short = replace(event("2026-11-24T09:00", "2026-11-24T10:00"), id="short")

    found = intervals([late, long, short], Rules(), BERLIN, {})

    assert [one.event_id for one in found] == ["short", "long", "late"]


# All-day events: the date in the zone they were made in, blocked in the person's own zone.
@pytest.mark.parametrize(
    ("start", "end", "made_in", "zone", "expected"),
    [
        # Made in Berlin on 24 November, seen from there and from elsewhere.
        *[
            ("2026-11-23T23:00", "2026-11-24T23:00", "Europe/Berlin", zone, expected)
            for zone, expected in [
                (BERLIN, ("2026-11-23T23:00", "2026-11-24T23:00")),
                (NEW_YORK, ("2026-11-24T05:00", "2026-11-25T05:00")),
                (TOKYO, ("2026-11-23T15:00", "2026-11-24T15:00")),
            ]
        ],
        # 00:00 in UTC is that date, whatever the zone is said to be.
        (
            *("2026-11-24T00:00", "2026-11-25T00:00", "America/New_York", BERLIN),
            ("2026-11-23T23:00", "2026-11-24T23:00"),
        ),
        (
            *("2026-11-24T00:00", "2026-11-25T00:00", "", NEW_YORK),
            ("2026-11-24T05:00", "2026-11-25T05:00"),
        ),
        # An unknown zone is the person's: midnight there.
        (
            *("2026-11-24T05:00", "2026-11-25T05:00", "", NEW_YORK),
            ("2026-11-24T05:00", "2026-11-25T05:00"),
        ),
        # An unknown zone that is not the person's: both days that it touches.
        (
            *("2026-11-23T23:00", "2026-11-24T23:00", "", ZoneInfo("UTC")),
            ("2026-11-23T00:00", "2026-11-25T00:00"),
        ),
        # The last Sunday of October has 25 hours in Berlin, that of March 23.
        (
            *("2026-10-24T22:00", "2026-10-25T23:00", "Europe/Berlin", BERLIN),
            ("2026-10-24T22:00", "2026-10-25T23:00"),
        ),
        (
            *("2027-03-27T23:00", "2027-03-28T22:00", "Europe/Berlin", BERLIN),
            ("2027-03-27T23:00", "2027-03-28T22:00"),
        ),
        # London: one edge is 00:00 in UTC, the other is not.
        (
            *("2026-10-24T23:00", "2026-10-26T00:00", "Europe/London", BERLIN),
            ("2026-10-24T22:00", "2026-10-25T23:00"),
        ),
        # Cairo's clocks skip midnight, Havana's repeat it: the day begins with its first moment.
        (
            *("2026-04-24T00:00", "2026-04-25T00:00", "", CAIRO),
            ("2026-04-23T22:00", "2026-04-24T21:00"),
        ),
        (
            *("2026-11-01T00:00", "2026-11-02T00:00", "", HAVANA),
            ("2026-11-01T04:00", "2026-11-02T05:00"),
        ),
        # Without length, or backwards: still the days that it names.
        (
            *("2026-11-24T00:00", "2026-11-24T00:00", "", STOCKHOLM),
            ("2026-11-23T23:00", "2026-11-24T23:00"),
        ),
        (
            *("2026-11-25T00:00", "2026-11-24T00:00", "", STOCKHOLM),
            ("2026-11-23T23:00", "2026-11-24T23:00"),
        ),
        # 40 days, over New Year.
        (
            *("2026-11-24T00:00", "2027-01-03T00:00", "", STOCKHOLM),
            ("2026-11-23T23:00", "2027-01-02T23:00"),
        ),
    ],
)
def test_all_day_event_blocks_its_dates(
    start: str, end: str, made_in: str, zone: ZoneInfo, expected: tuple[str, str]
) -> None:
    one = event(start, end, zone=made_in, is_all_day=True)

    assert times(one, zone) == expected


def test_all_day_event_without_length_blocks() -> None:
    one = event("2026-11-24T00:00", "2026-11-24T00:00", is_all_day=True)

    assert verdict(one).reason is Reason.BUSY


ZONES = st.sampled_from([BERLIN, NEW_YORK, TOKYO, CAIRO, HAVANA, ZoneInfo("Pacific/Kiritimati")])
DATES = st.dates(min_value=datetime(2026, 1, 1).date(), max_value=datetime(2027, 12, 31).date())  # noqa: DTZ001  # a date has no zone


@example(date(2027, 3, 1), 13, HAVANA, BERLIN)
@given(DATES, st.integers(1, 40), ZONES, ZONES)
def test_every_moment_of_the_dates_is_within(
    day: object, days: int, made_in: ZoneInfo, zone: ZoneInfo
) -> None:
    first = datetime.fromisoformat(f"{day}T00:00")
    start, end = (
        each.replace(tzinfo=made_in).astimezone(UTC) for each in (first, first + timedelta(days))
    )
    one = Event("e1", start, end, zone=made_in.key, is_all_day=True)

    found = verdict(one, zone=zone)

    before = (found.starts_at - timedelta(seconds=1)).astimezone(zone)
    begins, last = found.starts_at.astimezone(zone), found.ends_at - timedelta(seconds=1)
    assert before.date() < first.date() == begins.date()
    assert last.astimezone(zone).date() == (first + timedelta(days - 1)).date()


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    assert reason.text.endswith(".")
    assert all(len(sentence.split()) <= 16 for sentence in reason.text.split(". "))

"""The Calendar page: the verdict about each event, states of reading, and series left out."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.availability import routes, store
from portal.availability.calendar_view import Window
from portal.availability.presentation import CalendarWeek, ReadDays
from portal.microsoft365.models import FeatureState
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.browser import browser, send
from tests.support.raw_rows import raw
from tests.support.visitors import words

PAGE = "/settings/calendar"
LEFT_OUT = f"{PAGE}/left-out"
KIM, ALEX = "kim", "alex"


@pytest.fixture
def at() -> datetime:
    """A moment of this week that is read, in the middle of a day."""
    return clock.utc_now().replace(hour=9, minute=0, second=0)


@pytest.fixture
def kim(app: Flask, rows: Rows) -> FlaskClient:
    """A limited person whose calendar was read just now."""
    builders.user(rows, "Kim Lund", role="limited")
    builders.user(rows, "Alex Berg", role="admin")
    builders.calendar_read(rows, KIM, at=clock.utc_now())
    return browser(app, KIM)


def shown(person: FlaskClient, path: str = PAGE) -> str:
    answer = person.get(path)
    assert answer.status_code == 200
    return words(answer)


def add(rows: Rows, event_id: str, at: datetime, **columns: str | int | datetime | None) -> None:
    builders.calendar_time(rows, KIM, event_id, at=at, **columns)


def test_each_event_is_shown_with_its_verdict(kim: FlaskClient, rows: Rows, at: datetime) -> None:
    add(rows, "1", at)
    add(rows, "2", at + timedelta(hours=1), show_as="tentative")
    add(rows, "3", at + timedelta(hours=2), is_declined=1)
    add(rows, "4", at + timedelta(hours=3), series_id="new")

    page = shown(kim)

    assert "09:00 to 10:00 Busy Shown as busy." in page
    assert "10:00 to 11:00 Busy Shown as tentative, which counts as busy" in page
    assert "11:00 to 12:00 Free You declined it." in page
    assert "12:00 to 13:00 Busy Portal has not checked its series yet" in page
    assert "4 events" in page


def test_rules_of_the_organization_hold_at_once(
    kim: FlaskClient, rows: Rows, app: Flask, at: datetime
) -> None:
    add(rows, "1", at, show_as="tentative")

    send(browser(app, ALEX), "/admin/scheduling/tentative", on="0")

    assert "09:00 to 10:00 Free Shown as tentative, which does not count" in shown(kim)


def test_all_day_event_is_of_the_own_zone(kim: FlaskClient, rows: Rows, at: datetime) -> None:
    raw(rows).execute("update users set time_zone = 'Europe/Stockholm'")
    midnight = at.replace(hour=0)
    add(rows, "1", midnight, ends_at=midnight + timedelta(days=1), is_all_day=1)

    assert f"{at:%A} {at.day} {at:%B} All day Busy" in shown(kim)


def test_five_thousand_events_are_shown_by_the_hundred(
    kim: FlaskClient, rows: Rows, at: datetime
) -> None:
    day = CalendarWeek.of("", at, UTC).starts_at + timedelta(days=7)
    with rows.write():
        for number in range(5000):
            add(rows, f"{number}", day + timedelta(minutes=number))

    first = kim.get(f"{PAGE}?week={day.date()}")

    assert len(first.data) < 60_000
    assert "5,000 events" in words(first)
    assert f"week={day.date()}&amp;page=2" in first.text
    last = kim.get(f"{PAGE}?week={day.date()}&page=50").text
    assert last.count("<tr>") > 100
    assert "page=49" in last
    assert f"week={(day + timedelta(days=7)).date()}" in last


@pytest.mark.parametrize("week", ["x", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_other_weeks_are_the_nearest_that_is_read(kim: FlaskClient, week: str) -> None:
    assert kim.get(f"{PAGE}?week={week}&page=99").status_code == 200


@pytest.mark.parametrize(
    ("week", "text"),
    [
        (0, "You count as free in all of your meeting hours from"),
        (1, "You count as free in all of your meeting hours."),
        (9, ""),
    ],
)
def test_only_days_that_were_read_are_free(
    kim: FlaskClient, rows: Rows, week: int, text: str
) -> None:
    """The calendar was read on a Tuesday, so that Monday of its ninth week is read in part."""
    now = clock.utc_now()
    tuesday = now - timedelta(days=(now.weekday() - 1) % 7)
    raw(rows).execute("update calendar_reads set last_success_at = ?", [clock.text(tuesday)])
    monday = (tuesday + timedelta(days=7 * week - 1)).date()

    page = shown(kim, f"{PAGE}?week={monday}")

    assert ("You count as free in all" in page) == bool(text)
    assert text in page
    assert ("It reads your calendar from" in page) == (week != 1)


def test_days_that_are_read_are_whole() -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    days = ReadDays.of(Window.at(noon), UTC)

    assert days.text == "1 December 2026 to 31 January 2027"
    assert ReadDays.of(Window.at(noon.replace(hour=0)), UTC).first == noon.date() - timedelta(1)
    assert days.part_of(CalendarWeek.of("2027-02-01", noon, UTC)).are_none
    assert days.cover(CalendarWeek.of("2026-12-07", noon, UTC))
    assert not days.cover(CalendarWeek.of("2026-12-01", noon, UTC))


@pytest.mark.parametrize(
    ("columns", "scopes", "can_connect"),
    [
        ("source = 'organization'", "User.Read", False),
        ("source = 'free_busy'", "User.Read", True),
        ("source = 'free_busy'", "User.Read Calendars.ReadWrite", False),
        ("failure = 'It is closed.'", "", True),
        ("failure = 'Wait.', is_throttled = 1", "", False),
    ],
)
def test_closed_calendar_is_offered_the_own_connection(
    kim: FlaskClient,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
    columns: str,
    scopes: str,
    can_connect: bool,
) -> None:
    """The organization's consent covers everybody, but Exchange may close a mailbox to it."""
    monkeypatch.setattr(routes, "feature_state", lambda *_: FeatureState.READY)
    raw(rows).execute(f"update calendar_reads set {columns}")  # noqa: S608  # the test's own words
    if scopes:
        builders.connection(rows, KIM, scopes=scopes)

    assert ("Connect your calendar" in shown(kim)) == can_connect


def test_series_is_left_out_until_it_is_blocked(kim: FlaskClient, rows: Rows, at: datetime) -> None:
    builders.calendar_series(rows, KIM, "s1", calendar="hebrew")
    add(rows, "1", at + timedelta(days=1), series_id="s1")
    page = shown(kim)
    assert "It repeats by the Hebrew calendar." in page
    assert "You count as free then." in page

    for on, verdict in (("1", "They count as busy."), ("1", "They count as busy."), ("0", "free")):
        answer = send(kim, LEFT_OUT, series_id="s1", on=on)
        assert answer.status_code == 303
        assert verdict in shown(kim)

    told = raw(rows).query("select action, target from audit_log order by at, rowid")
    assert [(each["action"], each["target"]) for each in told] == [
        ("left out series blocked", "a series that is left out"),
        ("left out series unblocked", "a series that is left out"),
    ]


def test_only_the_own_left_out_series_is_blocked(kim: FlaskClient, rows: Rows) -> None:
    builders.calendar_series(rows, KIM, "read")
    builders.calendar_series(rows, ALEX, "hers", calendar="hebrew")

    for series_id in ("read", "hers", "none"):
        assert send(kim, LEFT_OUT, series_id=series_id, on="1").status_code == 404
    assert send(kim, LEFT_OUT, series_id="s1", on="2").status_code == 422
    assert raw(rows)["blocked_series"].count == 0


def test_opening_the_page_reads_the_calendar_for_a_day(kim: FlaskClient, rows: Rows) -> None:
    raw(rows).execute("delete from calendar_reads")

    assert "Reading" in shown(kim)

    wanted = raw(rows).execute("select wanted_until from calendar_reads").fetchone()[0]
    assert timedelta(hours=23) < clock.moment(wanted) - clock.utc_now() <= timedelta(days=1)


def test_old_times_are_read_again_when_the_page_is_opened(kim: FlaskClient, rows: Rows) -> None:
    now = clock.utc_now()
    shown(kim)
    fresh = store.calendar_read(rows, KIM)
    assert fresh is not None
    assert fresh.due_at > now

    raw(rows).execute(
        "update calendar_reads set last_success_at = ?", [clock.text(now - timedelta(minutes=3))]
    )
    shown(kim)

    old = store.calendar_read(rows, KIM)
    assert old is not None
    assert old.due_at <= clock.utc_now()


THROTTLED = (
    "update calendar_reads set failure = 'Microsoft asked us to wait.', failed_at = ?, "
    "is_throttled = 1"
)


def test_throttled_is_not_known_and_never_free(kim: FlaskClient, rows: Rows) -> None:
    raw(rows).execute(THROTTLED, [clock.text(clock.utc_now())])

    page = shown(kim)

    assert "Not known" in page
    assert "Microsoft asked us to wait." in page
    assert "Portal does not know whether you are free." in page
    assert "You count as free in all" not in page


def test_events_of_a_throttled_calendar_are_not_free(kim: FlaskClient, rows: Rows) -> None:
    now = clock.utc_now()
    add(rows, "free", now, show_as="free")
    add(rows, "busy", now + timedelta(minutes=5))
    assert "Free Shown as free." in shown(kim)

    raw(rows).execute(THROTTLED, [clock.text(now)])

    page = shown(kim)
    assert "Not known Shown as free." in page
    assert "Busy Shown as busy." in page


@pytest.mark.parametrize("seconds", [60, 0])
def test_person_who_connected_waits_for_the_next_read(
    kim: FlaskClient, rows: Rows, seconds: int
) -> None:
    failed_at = clock.text(clock.utc_now() - timedelta(seconds=seconds))
    failed = "update calendar_reads set failure = 'Connect.', last_attempt_at = ?"
    raw(rows).execute(failed, [failed_at])
    builders.connection(rows, KIM, connected_at=clock.utc_now())

    page = shown(kim)

    assert "Reading" in page
    assert "Connect." not in page


def test_calendar_that_no_worker_reads_is_not_known(kim: FlaskClient, rows: Rows) -> None:
    hour_ago = clock.text(clock.utc_now() - timedelta(hours=1))
    raw(rows).execute("update calendar_reads set due_at = ?, last_success_at = ?", [hour_ago] * 2)

    assert "It should have been read by now." in shown(kim)


def test_free_busy_says_why_the_calendar_is_not_read(kim: FlaskClient, rows: Rows) -> None:
    raw(rows).execute("update calendar_reads set source = 'free_busy', refusal = 'It is closed.'")

    page = shown(kim)

    assert "Free/busy only" in page
    assert "It is closed. Portal reads what colleagues see instead" in page


def test_nothing_is_read_while_google_is_the_platform(kim: FlaskClient, rows: Rows) -> None:
    raw(rows).execute("delete from calendar_reads")
    with rows.write():
        for each in (Platform.MICROSOFT_365, Platform.GOOGLE_WORKSPACE):
            is_google = each is Platform.GOOGLE_WORKSPACE
            platforms.save(rows, each, is_enabled=is_google, changed_by="", now=clock.utc_now())

    assert "Your calendar is not read." in shown(kim)
    assert store.calendar_read(rows, KIM) is None


def test_page_needs_a_sign_in(app: Flask) -> None:
    assert app.test_client().get(PAGE).status_code == 303

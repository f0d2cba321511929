"""By whom a calendar is read, and whose is not read any more."""

from datetime import timedelta

from portal import clock
from portal.availability import jobs, store
from portal.availability.models import Source
from portal.integrations import platforms
from portal.microsoft365 import connections
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store
from portal.users import administration
from tests.availability.calendars import PRIYA, READ, Calendars
from tests.support import builders
from tests.support.raw_rows import raw

DAY = timedelta(days=1)


def left(rows: Rows) -> dict[str, int]:
    return {
        table: raw(rows)[table].count
        for table in ("calendar_reads", "calendar_times", "calendar_series")
    }


NOTHING = {"calendar_reads": 0, "calendar_times": 0, "calendar_series": 0}


def test_calendar_is_read_by_the_own_connection(calendars: Calendars) -> None:
    calendars.add("priya")
    user_id = calendars.connect("priya", READ)
    calendars.open_page(user_id)

    calendars.read()

    assert calendars.state(user_id).source is Source.CONNECTION
    assert len(calendars.events(user_id)) == 1
    assert calendars.env.calls("/me/calendarView") == ["GET"]


def test_fenced_calendar_is_read_by_the_own_connection(calendars: Calendars) -> None:
    calendars.consent()
    calendars.add("priya")
    calendars.env.sandbox.control("PATCH", f"users/{PRIYA}", {"fenced": True})
    user_id = calendars.connect("priya", READ)
    calendars.open_page(user_id)

    calendars.read()

    assert calendars.state(user_id).source is Source.CONNECTION


def test_rows_are_deleted_a_day_after_the_page_was_open(calendars: Calendars) -> None:
    calendars.consent()
    calendars.add("priya")
    user_id = calendars.opened()
    block(calendars, user_id)
    assert calendars.claim(after=DAY - timedelta(minutes=1)) is not None
    calendars.change("claimed_until", clock.utc_now() - DAY)
    calendars.change("wanted_until", clock.utc_now())

    calendars.read()

    assert left(calendars.env.rows) == NOTHING
    # The choice stays: without it, the person would look free once the calendar is read again.
    assert raw(calendars.env.rows)["blocked_series"].count == 1


def block(calendars: Calendars, user_id: str) -> None:
    builders.insert(
        calendars.env.rows,
        "blocked_series",
        {"user_id": user_id, "series_id": "A1", "blocked_at": clock.utc_now()},
    )


def test_rows_of_a_disabled_person_are_deleted(calendars: Calendars) -> None:
    calendars.consent()
    calendars.add("priya")
    user_id = calendars.opened()
    assert calendars.claim() is None

    administration.set_enabled(calendars.act(), user_id, enabled=False)
    calendars.read()

    assert left(calendars.env.rows) == NOTHING


def test_rows_are_deleted_when_microsoft_365_is_disabled(calendars: Calendars) -> None:
    calendars.consent()
    calendars.add("priya")
    calendars.opened()

    platforms.disable_microsoft_365(calendars.act())
    calendars.read()

    assert left(calendars.env.rows) == NOTHING
    assert calendars.claim() is None


def test_rows_go_with_the_person(calendars: Calendars) -> None:
    calendars.consent()
    calendars.add("priya")
    user_id = calendars.opened()

    raw(calendars.env.rows).execute("delete from users where id = ?", [user_id])

    assert left(calendars.env.rows) == NOTHING


def test_revoked_connection_takes_its_times_with_it(calendars: Calendars) -> None:
    calendars.add("priya")
    user_id = calendars.connect("priya", READ)
    calendars.open_page(user_id)
    calendars.read()
    assert calendars.claim() is None

    connections.revoke(calendars.act(), user_id)
    calendars.read()

    state = calendars.state(user_id)
    assert (state.source, state.last_success_at) == (None, None)
    assert "Connect your Microsoft account" in (state.failure or "")
    assert calendars.events(user_id) == []
    assert calendars.claim() is None


def test_person_who_connects_is_read_at_once(calendars: Calendars) -> None:
    user_id = calendars.opened()
    assert calendars.state(user_id).failure
    assert calendars.claim() is None
    calendars.change("last_attempt_at", clock.utc_now() - timedelta(seconds=2))

    calendars.connect("priya", READ, user_id=user_id)
    calendars.read()

    assert calendars.state(user_id).failure is None


def test_consent_that_is_taken_back_is_asked_about(calendars: Calendars) -> None:
    calendars.consent()
    user_id = calendars.opened()
    calendars.fault(path="/calendarView", status=403, code="Authorization_RequestDenied", times=1)

    calendars.make_due()
    calendars.read()

    assert "consent" in (calendars.state(user_id).failure or "")
    assert calendars.state(user_id).due_at - clock.utc_now() <= timedelta(seconds=60)


def test_change_at_microsoft_makes_the_calendar_due(calendars: Calendars) -> None:
    calendars.consent()
    user_id = calendars.opened()
    kept = subscription_store.people_without(calendars.env.rows, wakes="calendar")
    assert [each[0] for each in kept] == [user_id]

    with calendars.env.rows.write():
        jobs.CHANGED_CALENDAR.make_due(calendars.env.rows, [user_id], clock.utc_now())

    assert calendars.claim() is not None


def test_subscription_ends_with_the_reading(calendars: Calendars) -> None:
    rows, now = calendars.env.rows, clock.utc_now()
    calendars.consent()
    user_id = calendars.opened()
    builders.subscription(rows, user_id, created_at=now, wakes="calendar", microsoft_id="there")

    calendars.change("wanted_until", now - timedelta(minutes=1))
    calendars.read()

    assert subscription_store.subscription_of(rows, user_id, wakes="calendar") is None
    assert store.calendar_read(rows, user_id) is None


def test_only_calendars_that_are_read_are_subscribed_to(calendars: Calendars) -> None:
    calendars.env.person("alex")
    calendars.env.person("kim")
    user_id = calendars.opened()
    assert subscription_store.people_without(calendars.env.rows, wakes="calendar") == []

    calendars.consent()
    calendars.make_due()
    calendars.read()

    kept = subscription_store.people_without(calendars.env.rows, wakes="calendar")
    assert [each[0] for each in kept] == [user_id]
    assert store.calendar_read(calendars.env.rows, user_id) is not None

"""Reading calendars: by what, what is kept, and what a failure leaves."""

from datetime import timedelta

import pytest

from portal import clock
from portal.availability import store
from portal.availability.models import Calendar, ShowAs, Source
from tests.availability.calendars import PRIYA, Calendars
from tests.support.raw_rows import raw

# The number of the calendar in the blob.
HEBREW = 8


def series(calendars: Calendars, name: str = "priya", **event: object) -> None:
    day = calendars.day(1)
    weekday = clock.moment(f"{day}T00:00:00Z").strftime("%A").lower()
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": [weekday], "firstDayOfWeek": "sunday"}
    span = {"type": "noEnd", "startDate": day}
    calendars.add(name, recurrence={"pattern": pattern, "range": span}, **event)


def event_at(event_id: str, calendars: Calendars) -> dict[str, object]:
    """An event of tomorrow morning as Microsoft answers it."""
    span = {
        name: {"dateTime": f"{calendars.day(1)}T{at}:00.0000000", "timeZone": "UTC"}
        for name, at in (("start", "09:00"), ("end", "09:30"))
    }
    return {"id": event_id, "showAs": "busy", **span}


def test_calendar_is_read_by_consent(calendars: Calendars) -> None:
    calendars.consent()
    calendars.add("priya", showAs="tentative")

    user_id = calendars.opened()

    (kept,) = calendars.events(user_id)
    assert (kept.show_as, kept.series_id) == (ShowAs.TENTATIVE, None)
    assert kept.starts_at == clock.moment(f"{calendars.day(1)}T09:00:00Z")
    state = calendars.state(user_id)
    assert (state.source, state.failure, state.refusal) == (Source.ORGANIZATION, None, "")
    assert state.due_at - clock.utc_now() > timedelta(minutes=14)


def test_only_selected_members_are_asked_for(calendars: Calendars) -> None:
    calendars.consent()
    series(calendars)

    calendars.opened()

    asked = calendars.env.sandbox.state.rows(
        "select path, query from requests where path like '%calendar%' or path like '%/events/%'"
    )
    for each in asked:
        assert not {"subject", "body", "location", "attendees", "webLink"} & set(
            each["query"].replace("=", ",").split(",")
        )
    assert any("calendarView" in each["path"] for each in asked)


def test_series_are_checked_once_a_day(calendars: Calendars) -> None:
    calendars.consent()
    series(calendars, calendarType=HEBREW)
    series(calendars)
    user_id = calendars.opened()

    kinds = sorted(each.calendar for each in store.series(calendars.env.rows, user_id))
    assert kinds == [Calendar.GREGORIAN, Calendar.HEBREW]
    assert len(calendars.env.calls(r"/events/")) == 2

    calendars.make_due()
    calendars.read()
    assert len(calendars.env.calls(r"/events/")) == 2

    raw(calendars.env.rows).execute(
        "update calendar_series set checked_at = ?",
        [clock.text(clock.utc_now() - timedelta(days=2))],
    )
    calendars.make_due()
    calendars.read()
    assert len(calendars.env.calls(r"/events/")) == 4


def test_series_without_answer_stays_unchecked(calendars: Calendars) -> None:
    calendars.consent()
    series(calendars)
    calendars.fault(path=r"/events/[^?]+\?", status=400)

    user_id = calendars.opened()

    assert store.series(calendars.env.rows, user_id) == []
    assert len(calendars.events(user_id)) == 9


def test_vanished_series_is_forgotten(calendars: Calendars) -> None:
    calendars.consent()
    made = calendars.env.sandbox
    series(calendars)
    user_id = calendars.opened()
    (known,) = store.series(calendars.env.rows, user_id)
    made.control("DELETE", f"{calendars.path('priya')}/{known.series_id}")

    calendars.make_due()
    calendars.read()

    assert store.series(calendars.env.rows, user_id) == []
    assert calendars.events(user_id) == []


def test_five_thousand_events_are_read(calendars: Calendars) -> None:
    calendars.consent()
    many = [event_at(f"A{number}", calendars) for number in range(5000)]
    calendars.fault(path="/calendarView", status=200, body={"value": many})

    user_id = calendars.opened()

    assert len(calendars.events(user_id)) == 5000


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retryAfter": 600},
        {"body": {"value": [{"id": "A1", "start": {}, "end": {}}]}, "status": 200},
        {"body": {"hello": "there"}, "status": 200},
        {"body": {"value": [{"showAs": "busy", "start": {}, "end": {}}]}, "status": 200},
    ],
)
def test_failed_read_keeps_the_last_good_one(
    calendars: Calendars, fault: dict[str, object]
) -> None:
    calendars.consent()
    calendars.add("priya")
    user_id = calendars.opened()
    good = calendars.state(user_id).last_success_at
    calendars.fault(path="/calendarView", **fault)

    calendars.make_due()
    calendars.read()

    state = calendars.state(user_id)
    assert state.failure
    assert state.last_success_at == good
    assert len(calendars.events(user_id)) == 1


def test_throttling_is_waited_for(calendars: Calendars) -> None:
    calendars.consent()
    calendars.fault(path="/calendarView", status=429, retryAfter=600)

    user_id = calendars.opened()

    state = calendars.state(user_id)
    assert state.is_throttled
    assert timedelta(seconds=580) < state.due_at - clock.utc_now() <= timedelta(seconds=600)


def test_half_an_answer_changes_nothing(calendars: Calendars) -> None:
    """A second page that fails must not leave the first as the whole calendar."""
    calendars.consent()
    for _ in range(2):
        calendars.add("priya")
    user_id = calendars.opened()
    tenant = calendars.env.sandbox
    second = f"{tenant.url}/v1.0/users/{tenant.oid(PRIYA)}/calendarView?$skip=1"
    calendars.fault(path="skip=1", status=400)
    calendars.fault(
        path="/calendarView",
        status=200,
        body={"value": [event_at("A1", calendars)], "@odata.nextLink": second},
    )

    calendars.make_due()
    calendars.read()

    assert calendars.state(user_id).failure
    assert len(calendars.events(user_id)) == 2
    assert len(calendars.env.calls("calendarView")) == 3


def test_odd_times_are_kept_as_they_are(calendars: Calendars) -> None:
    calendars.consent()
    calendars.add("priya", originalStartTimeZone="Atlantis Standard Time")
    calendars.add(
        "priya", start=f"{calendars.day(2)}T09:00:00Z", end=f"{calendars.day(42)}T09:00:00Z"
    )
    calendars.fault(
        path="/calendarView",
        edit={
            "do": "set",
            "item": 0,
            "members": {"end": {"dateTime": f"{calendars.day(0)}T09:00:00", "timeZone": "UTC"}},
        },
    )

    user_id = calendars.opened()

    assert calendars.state(user_id).failure is None
    first, second = calendars.events(user_id)
    assert first.zone == ""
    assert first.ends_at < first.starts_at
    assert second.ends_at - second.starts_at == timedelta(days=40)


def test_mailbox_without_calendar_is_tried_once_a_day(calendars: Calendars) -> None:
    calendars.consent()
    calendars.fault(path="/calendarView", status=404, code="MailboxNotEnabledForRESTAPI")

    user_id = calendars.opened()

    state = calendars.state(user_id)
    assert "no calendar to read" in (state.failure or "")
    assert state.due_at - clock.utc_now() > timedelta(hours=23)


def test_worker_that_stops_leaves_the_calendar_due(calendars: Calendars) -> None:
    calendars.consent()
    user_id = calendars.env.person("priya")
    calendars.open_page(user_id)

    calendars.read(should_stop=lambda: True)

    assert calendars.state(user_id).last_success_at is None
    assert calendars.claim() is not None

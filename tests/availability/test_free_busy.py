"""Free/busy in a colleague's name: who asks, and what no answer leaves."""

from datetime import timedelta

import pytest

from portal import clock
from portal.availability import store
from portal.availability.models import ShowAs, Source
from tests.availability.calendars import PRIYA, READ, Calendars
from tests.support import builders
from tests.support.sandbox_server import TENANT_ID


def test_free_busy_takes_the_place_of_a_fenced_calendar(calendars: Calendars) -> None:
    calendars.consent()
    calendars.add("priya", showAs="oof", subject="marked words")
    calendars.add(
        "priya", start=f"{calendars.day(40)}T09:00:00Z", end=f"{calendars.day(40)}T10:00:00Z"
    )
    calendars.env.sandbox.control("PATCH", f"users/{PRIYA}", {"fenced": True})
    calendars.env.person("alex")

    user_id = calendars.opened()

    state = calendars.state(user_id)
    assert state.source is Source.FREE_BUSY
    assert "closed" in state.refusal
    first, second = calendars.events(user_id)
    assert (first.show_as, first.series_id) == (ShowAs.OOF, None)
    assert second.starts_at == clock.moment(f"{calendars.day(40)}T09:00:00Z")
    assert len(calendars.env.calls("getSchedule")) == 3
    assert state.due_at - clock.utc_now() > timedelta(minutes=29)


def test_free_busy_is_asked_by_a_colleague_who_connected(calendars: Calendars) -> None:
    calendars.add("priya")
    calendars.connect("alex", READ)
    calendars.connect("kim")

    user_id = calendars.opened()

    assert calendars.state(user_id).source is Source.FREE_BUSY
    assert calendars.env.calls("/me/calendar/getSchedule") == ["POST"] * 3


def test_old_consent_to_more_is_enough(calendars: Calendars) -> None:
    """Like test_free_busy_takes_the_place_of_a_fenced_calendar, with the broader permission."""
    calendars.env.sandbox.control("PATCH", f"users/{PRIYA}", {"fenced": True})
    calendars.env.person("alex")
    user_id = calendars.opened()
    assert calendars.state(user_id).failure
    assert calendars.claim() is None
    calendars.change("last_attempt_at", clock.utc_now() - timedelta(seconds=2))

    calendars.consent("Calendars.ReadWrite")
    calendars.read()

    assert calendars.state(user_id).source is Source.FREE_BUSY


def test_colleagues_who_may_ask_come_in_order(calendars: Calendars) -> None:
    """By what is known of their own calendars. ReadBasic shows less than free/busy needs."""
    rows, now = calendars.env.rows, clock.utc_now()
    asker = store.person(rows, calendars.env.person("priya"))
    assert asker is not None
    for name, scopes in (("connected", "calendars.readwrite"), ("basic", "Calendars.ReadBasic")):
        colleague(calendars, name)
        builders.connection(rows, name, scopes=f"User.Read {scopes}", tenant_id=asker.tenant_id)
    assert store.colleagues(rows, asker, limit=9) == ["connected"]

    for name, columns in COLLEAGUES.items():
        colleague(calendars, name)
        builders.calendar_read(rows, name, at=now, **columns)
    calendars.consent("Calendars.ReadWrite")

    told = ["opens", "opens-own", "connected", "basic", "closed", "failed"]
    assert store.colleagues(rows, asker, limit=9) == told
    assert store.colleagues(rows, asker, limit=1) == ["opens"]


COLLEAGUES: dict[str, dict[str, str]] = {
    "closed": {"source": "free_busy"},
    "failed": {"failure": "It is closed."},
    "opens-own": {"source": "connection"},
    "opens": {},
}


def colleague(calendars: Calendars, name: str) -> None:
    builders.user(calendars.env.rows, name, tenant_id=TENANT_ID)


def test_too_many_entries_are_asked_for_in_halves(calendars: Calendars) -> None:
    calendars.connect("alex", READ)
    refused = {"scheduleId": PRIYA, "error": {"responseCode": "5006", "message": ""}}
    calendars.fault(path="getSchedule", times=1, status=200, body={"value": [refused]})
    calendars.add("priya")

    user_id = calendars.opened()

    assert len(calendars.events(user_id)) == 1
    assert len(calendars.env.calls("getSchedule")) == 5


@pytest.mark.parametrize(
    "answer",
    [
        {"scheduleId": PRIYA, "error": {"responseCode": "ErrorMailRecipientNotFound"}},
        {"scheduleId": PRIYA, "error": "no"},
    ],
)
def test_nobody_knows_is_never_free(calendars: Calendars, answer: dict[str, object]) -> None:
    calendars.connect("alex", READ)
    calendars.fault(path="getSchedule", status=200, body={"value": [answer]})

    user_id = calendars.opened()

    state = calendars.state(user_id)
    assert (state.source, state.last_success_at) == (None, None)
    assert "Connect your Microsoft account" in (state.failure or "")


@pytest.mark.parametrize(
    "body",
    [
        {"value": []},
        {"value": [{"scheduleId": PRIYA}]},
        {"value": [{"scheduleId": PRIYA, "scheduleItems": [{"status": "busy"}]}]},
    ],
)
def test_half_of_free_busy_is_no_answer(calendars: Calendars, body: dict[str, object]) -> None:
    calendars.connect("alex", READ)
    calendars.fault(path="getSchedule", status=200, body=body)

    user_id = calendars.opened()

    assert "cannot be read" in (calendars.state(user_id).failure or "")

"""The interviews of a group calendar go to another one, or to their organizers' own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.group_calendars import store as calendars
from portal.interviews import store
from portal.interviews.models import CalendarSource, Home, Interview, Role, State, Step
from portal.storage.rows import Rows
from tests.interviews.effects.arranged import acts, due
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor

BELOW = "/admin/integrations/microsoft-365/group-calendars"
PAGE = f"{BELOW}/Hiring/interviews"
REMOVAL = f"{BELOW}/Hiring/removal"


def on_hiring(
    rows: Rows, interview_id: str, *, at: datetime, panel: Sequence[str] = (), **columns: str
) -> None:
    """An interview on the calendar with an event that people are invited to."""
    group = {"calendar": "group", "calendar_id": "Hiring"}
    builders.interview(rows, interview_id, at=at, panel=panel, **{**group, **columns})
    builders.interview_event(rows, interview_id, group_id="group-Hiring")


@pytest.fixture(autouse=True)
def _graduates(app: Flask, rows: Rows) -> None:
    builders.group_calendar(rows, "Graduates")


def planned(rows: Rows, one: Interview) -> list[tuple[Role, str | None, str | None]]:
    return [
        (each.role, each.group_id, each.owner_user_id)
        for each in store.events(rows, one.id)
        if (each.generation, each.step) == (one.generation, Step.PLANNED)
    ]


@pytest.mark.parametrize("name", ["priya", "kim"])
def test_only_administrators_move_them(app: Flask, name: str) -> None:
    person = visitor(app, name)

    assert [person.get(PAGE).status_code, person.post(PAGE).status_code] == [403, 403]


def test_removal_asks_first_where_interviews_go(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    on_hiring(rows, "first", at=tomorrow, panel=["sam", "kim"])
    on_hiring(rows, "past", at=clock.utc_now() - timedelta(days=1))

    asked = alex.get(REMOVAL)
    refused = alex.post(REMOVAL, {"instead": "Graduates"})
    page = alex.text(PAGE)

    assert (asked.status_code, asked.location) == (303, PAGE)
    assert refused.status_code == 409
    assert len(calendars.offered(rows)) == 2
    assert "1 coming interview is on this calendar. First choose where it goes." in page
    assert "Interview with Rosa Ortega" in page
    assert "Rosa Ortega, Sam Reed, Kim Lund" in page
    assert "3 people are told." in page
    assert "1 interview goes to Priya Kaur" in page


def test_interviews_move_to_another_calendar_with_new_events(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    on_hiring(rows, "first", at=tomorrow, panel=["sam"])

    answer = alex.post(PAGE, {"to": "Graduates"})

    assert (answer.status_code, answer.location) == (303, PAGE)
    one = store.interview(rows, "first")
    assert (one.calendar, one.calendar_id) == (Home.GROUP, "Graduates")
    assert one.calendar_source is CalendarSource.INTERVIEW
    assert (one.state, one.version, one.generation) == (State.CHANGING, 2, 2)
    assert planned(rows, one) == [
        (Role.INTERNAL, "group-Graduates", "priya"),
        (Role.CANDIDATE, "group-Graduates", "priya"),
    ]
    assert due(rows) == ["first"]
    default = calendars.default(rows)
    assert default is not None
    assert default.id == "Graduates"
    assert acts(rows, "interview calendar changed") == [
        (
            "interview calendar changed",
            "Interview with ⟨candidate⟩",
            "Hiring <hiring@northwind.example>, organized by Priya Kaur",
            "Graduates <graduates@northwind.example>, organized by Priya Kaur",
        )
    ]


def test_interviews_move_to_the_organizers_own_calendars(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    on_hiring(rows, "first", at=tomorrow, panel=["sam"], state="writing")
    on_hiring(rows, "waits", at=tomorrow, state="needs_time", goal="needs_time")

    alex.post(PAGE, {"to": "organizers"})

    one, waiting = store.interview(rows, "first"), store.interview(rows, "waits")
    assert (one.calendar, one.calendar_id, one.state) == (Home.ORGANIZER, None, State.WRITING)
    assert [each[1] for each in planned(rows, one)] == [None, None]
    assert (waiting.calendar, waiting.state, waiting.generation) == (
        Home.ORGANIZER,
        State.NEEDS_TIME,
        1,
    )
    assert calendars.default(rows) is None


@pytest.mark.parametrize("to", ["", "Hiring", "nowhere", "o" * 100])
def test_other_places_are_refused(alex: Visitor, rows: Rows, tomorrow: datetime, to: str) -> None:
    on_hiring(rows, "first", at=tomorrow)

    assert alex.post(PAGE, {"to": to}).status_code == 422
    assert store.interview(rows, "first").calendar_id == "Hiring"


def test_nothing_moves_if_one_has_no_organizer(
    alex: Visitor, rows: Rows, tomorrow: datetime
) -> None:
    on_hiring(rows, "first", at=tomorrow)
    on_hiring(rows, "second", at=tomorrow + timedelta(hours=2))
    raw(rows).execute("update interviews set organizer_id = null where id = 'second'")

    answer = alex.post(PAGE, {"to": "Graduates"})

    assert answer.status_code == 409
    assert "Interview with Rosa Ortega cannot move. The organizer of this" in answer.text
    assert [store.interview(rows, each).calendar_id for each in ("first", "second")] == [
        "Hiring",
        "Hiring",
    ]
    assert acts(rows, "interview calendar changed") == []


def test_unknown_calendars_are_not_found(alex: Visitor) -> None:
    path = f"{BELOW}/nowhere/interviews"

    answers = [alex.get(path), alex.post(path, {"to": "Graduates"})]

    assert [answer.status_code for answer in answers] == [404, 404]

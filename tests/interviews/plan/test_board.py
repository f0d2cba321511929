"""The card "When": whose times are known, who holds them, and what can be suggested."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from portal.availability import openings, several_store
from portal.interviews import store
from portal.interviews.models import Claimed, Subject
from portal.interviews.plan import people_store
from portal.interviews.plan.board import Board, board, short_names
from portal.interviews.plan.columns import Free
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.people import hours_in_words, times_of
from portal.services import Services
from portal.storage import platforms
from portal.storage.ids import new_id
from portal.storage.platforms import Platform
from tests.support import builders
from tests.support.visitors import portal_in, services_of

NOW = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
DAY = date(2026, 11, 26)
TEN = datetime(2026, 11, 26, 9, tzinfo=UTC)  # in Malmö


@pytest.fixture
def services(instance: Path) -> Services:
    found = services_of(portal_in(instance))
    for name in ("Priya Kaur", "Sam Reed", "Kim Lund"):
        builders.user(found.rows, name, time_zone="Europe/Stockholm")
    with found.rows.write():
        platforms.save(found.rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="", now=NOW)
    return found


def shown(services: Services, *panel: str, **changes: object) -> Board:
    draft = Draft(new_id(), DAY, "Europe/Stockholm", panel=panel, **changes)  # type: ignore[arg-type]  # fields of a draft by name
    people = people_store.chosen(services.rows, panel)
    return board(services, draft, people, (), now=NOW)


def cells(found: Board, clock: str) -> tuple[Free, ...]:
    return next(each.cells for each in found.grid.rows if each.clock == clock)


def test_nobody_asked_for_a_calendar_leaves_it_unknown(services: Services) -> None:
    found = shown(services, "sam")
    assert (found.unread, found.unknown) == (("Sam Reed",), ())
    assert (found.suggested, found.read_at) == ((), None)
    assert cells(found, "10:00") == (Free.NOT_KNOWN,)


def test_calendars_of_a_panel_are_read_next(services: Services) -> None:
    openings.note_all(services.rows, ["sam", "kim"], now=NOW)
    found = shown(services, "sam", "kim")
    assert found.waiting == ("Kim Lund", "Sam Reed")
    due = several_store.due(services.rows, ["sam", "kim", "priya"], now=NOW)
    assert sorted(due) == ["kim", "sam"]


def test_events_that_block_are_busy_and_tentative_ones_maybe(services: Services) -> None:
    for each in ("sam", "kim"):
        builders.calendar_read(services.rows, each, at=NOW)
    builders.calendar_time(services.rows, "sam", "standup", at=TEN)
    builders.calendar_time(services.rows, "kim", "lunch", at=TEN, show_as="tentative")
    builders.calendar_time(
        services.rows, "kim", "free", at=TEN + timedelta(hours=2), show_as="free"
    )
    found = shown(services, "sam", "kim")
    assert [each.name for each in found.columns] == ["Kim", "Sam"]
    assert cells(found, "10:30") == (Free.MAYBE, Free.BUSY)
    assert cells(found, "12:00") == (Free.FREE, Free.FREE)
    assert (found.read_at, found.unknown) == (NOW, ())
    assert len(found.suggested) == 3


def test_a_series_that_its_owner_leaves_out_does_not_block(services: Services) -> None:
    builders.calendar_read(services.rows, "sam", at=NOW)
    builders.calendar_series(services.rows, "sam", "seder", calendar="hebrew")
    builders.calendar_time(services.rows, "sam", "seder-1", at=TEN, series_id="seder")
    assert cells(shown(services, "sam"), "10:00") == (Free.FREE,)


def test_a_time_that_another_interview_holds_is_busy(services: Services) -> None:
    rows = services.rows
    builders.calendar_read(rows, "sam", at=NOW)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=NOW)
    builders.interview(rows, "other", at=TEN, candidate_id=None)
    with rows.write():
        held = Claimed("other", Subject.PERSON, "sam", TEN, TEN + timedelta(hours=1))
        store.add_claims(rows, [held])
    assert cells(shown(services, "sam"), "10:00") == (Free.BUSY,)


def test_an_interview_that_is_moved_does_not_stand_in_its_own_way(services: Services) -> None:
    rows = services.rows
    builders.calendar_read(rows, "sam", at=NOW)
    builders.calendar_time(rows, "sam", "copy", at=TEN)
    builders.interview(rows, "own", at=TEN, candidate_id=None)
    people = people_store.chosen(rows, ["sam"])
    draft = Draft(new_id(), DAY, "Europe/Stockholm", panel=("sam",))
    moved = store.interview(rows, "own")
    found = board(services, draft, people, (), now=NOW, moved=moved)
    assert cells(found, "10:00") == (Free.FREE,)


def test_only_its_own_event_is_left_out_of_an_interview_that_is_moved(services: Services) -> None:
    rows = services.rows
    builders.interview(rows, "own", at=TEN, candidate_id=None)
    builders.interview_event(rows, "own")  # "uid-own-internal" on everybody's calendar
    for each, other in (("sam", TEN), ("kim", TEN + timedelta(hours=3))):
        builders.calendar_read(rows, each, at=NOW)
        builders.calendar_time(rows, each, "other", at=other, ical_uid="lunch")
        builders.calendar_time(rows, each, "copy", at=TEN, ical_uid="uid-own-internal")
    people = people_store.chosen(rows, ["sam", "kim"])
    draft = Draft(new_id(), DAY, "Europe/Stockholm", panel=("sam", "kim"))
    found = board(services, draft, people, (), now=NOW, moved=store.interview(rows, "own"))
    states = {each.id: each.at((TEN, TEN + timedelta(hours=1))) for each in found.columns}
    assert states == {"sam": Free.BUSY, "kim": Free.FREE}


def test_own_meeting_hours_replace_those_of_the_organization(services: Services) -> None:
    builders.calendar_read(services.rows, "kim", at=NOW)
    hours = '{"3": ["10:00", "12:00"]}'
    builders.insert(
        services.rows, "meeting_hours", {"user_id": "kim", "windows": hours, "saved_at": NOW}
    )
    assert [each.clock for each in shown(services, "kim").grid.rows] == ["10:00", "10:30", "11:00"]
    found = times_of(services.rows, ["kim", "sam"], since=NOW, until=NOW, now=NOW)
    assert hours_in_words(found["kim"].week) == "Thu, 10:00 to 12:00"
    assert hours_in_words(found["sam"].week) == "Mon to Fri, 09:00 to 17:00"
    assert hours_in_words({}) == "no meeting hours"


def test_people_are_found_by_name_or_address_and_the_disabled_are_not(services: Services) -> None:
    rows = services.rows
    builders.user(rows, "Gone Girl", is_enabled=0)
    builders.shared_mailbox(rows, "Jobs")
    builders.interview(rows, "past", at=TEN, candidate_id=None, panel=["sam"])
    found = people_store.people(rows, search="", limit=9)
    assert [each.user_id for each in found] == ["sam", "kim", "priya"]
    assert [each.name for each in people_store.people(rows, search="LUND", limit=9)] == ["Kim Lund"]
    assert people_store.people(rows, search="100%", limit=9) == []
    assert people_store.chosen(rows, ["gone", "jobs"]) == []


def test_first_names_are_enough_unless_two_people_share_one() -> None:
    assert short_names(["Sam Reed", "Kim Lund", "Sam Berg"]) == ["Sam Reed", "Kim", "Sam Berg"]

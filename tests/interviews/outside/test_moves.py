"""Each new time of an interview is kept as a move, which the candidate's feed tells."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.availability import several_store
from portal.interviews import store
from portal.interviews.models import Panelist
from portal.interviews.outside import history, move_store
from portal.interviews.outside.history import MOVE_FEED_KIND
from portal.interviews.outside.models import Move, MoveState
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw

HOUR = timedelta(hours=1)
PRIYA = Actor("priya", "Priya Kaur")


@pytest.fixture
def rows(rows: Rows) -> Rows:
    now = clock.utc_now()
    builders.user(rows, "Priya Kaur")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.interview(rows, "first", at=now + timedelta(days=1))
    return rows


def moved(rows: Rows, *, hours: int = 3, is_own: bool = False) -> Move:
    """Move it as a read of the calendar or a page does, but for its claims."""
    before = store.interview(rows, "first")
    after = replace(
        before,
        version=before.version + 1,
        starts_at=before.starts_at + hours * HOUR,
        ends_at=before.ends_at + hours * HOUR,
    )
    now = clock.utc_now()
    with rows.write():
        store.save(rows, after)
        if is_own:
            return history.keep_own_move(Act(rows, PRIYA, now), before, after)
        return history.keep_outside_move(rows, before, after, calendar="Hiring", now=now)


def in_feed(rows: Rows) -> list[str]:
    found = raw(rows).query("select subject_id from feed_entries where kind = ?", [MOVE_FEED_KIND])
    return [row["subject_id"] for row in found]


def of(rows: Rows) -> list[tuple[str, MoveState]]:
    found = move_store.of_interview(rows, "first")
    return [(each.source, each.state) for each in found]


def test_a_move_in_outlook_waits_for_a_decision_and_stands_in_the_feed(rows: Rows) -> None:
    before = store.interview(rows, "first")
    move = moved(rows)
    assert move_store.latest_open(rows, "first") == move
    assert move_store.moves(rows, [move.id, "none"]) == [move]
    assert (move.calendar, move.version, move.decided_by) == ("Hiring", 2, None)
    assert (move.old_starts_at, move.new_ends_at) == (before.starts_at, before.ends_at + 3 * HOUR)
    assert in_feed(rows) == [move.id]


def test_a_move_in_outlook_has_the_panels_calendars_read(rows: Rows) -> None:
    builders.user(rows, "Kim Lund")
    panel = [Panelist("kim", "Kim Lund", "kim@northwind.example")]
    with rows.write():
        store.save_panel(rows, "first", panel)
    moved(rows, is_own=True)
    assert several_store.calendar_reads(rows, ["kim"]) == []
    moved(rows)
    assert [each.user_id for each in several_store.calendar_reads(rows, ["kim"])] == ["kim"]


def test_a_move_in_portal_is_the_choice_of_who_made_it(rows: Rows) -> None:
    move = moved(rows, is_own=True)
    assert move_store.latest_open(rows, "first") is None
    assert (move.state, move.decided_by_name) == (MoveState.KEPT, "Priya Kaur")


def test_a_later_move_replaces_one_that_nobody_decided_on(rows: Rows) -> None:
    first, second = moved(rows), moved(rows)
    assert move_store.latest_open(rows, "first") == second
    assert of(rows) == [("outlook", MoveState.OPEN), ("outlook", MoveState.REPLACED)]
    assert in_feed(rows) == [first.id, second.id]


def test_a_decision_names_the_person(rows: Rows) -> None:
    move, now = moved(rows), clock.utc_now()
    with rows.write():
        move_store.decide(rows, move.id, MoveState.UNDONE, PRIYA, now=now)
    [found] = move_store.of_interview(rows, "first")
    assert found == replace(
        move,
        state=MoveState.UNDONE,
        decided_by="priya",
        decided_by_name="Priya Kaur",
        decided_at=found.decided_at,
    )
    moved(rows, is_own=True)
    assert of(rows) == [("portal", MoveState.KEPT), ("outlook", MoveState.UNDONE)]


def test_the_way_back_undoes_the_last_move_and_so_does_the_way_back_from_there(rows: Rows) -> None:
    moved(rows)
    moved(rows, hours=-3, is_own=True)
    assert of(rows) == [("undo", MoveState.KEPT), ("outlook", MoveState.UNDONE)]
    moved(rows, hours=3, is_own=True)
    assert of(rows)[:2] == [("undo", MoveState.KEPT), ("undo", MoveState.UNDONE)]


def test_a_move_without_a_candidate_is_in_no_feed(rows: Rows) -> None:
    with rows.write():
        raw(rows).execute("update interviews set candidate_id = null")
    moved(rows)
    assert in_feed(rows) == []
    assert isinstance(move_store.of_interview(rows, "first")[0].seen_at, datetime)

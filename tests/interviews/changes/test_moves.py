"""An interview moves in one transaction, which holds the new time besides the old one."""

from datetime import timedelta

import pytest

from portal import clock
from portal.errors import Conflict, Invalid
from portal.interviews import store
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.moves import move
from portal.interviews.claims import Taken
from portal.interviews.models import Goal, State, Step
from portal.interviews.outside import move_store
from portal.interviews.outside.models import MoveSource
from tests.interviews.changes.conftest import AURORA, BIRCH, HOUR, Desk


def moved(desk: Desk, *, hours: int = 3, **more: object) -> None:
    at = desk.at + hours * HOUR
    usual = {"version": 1, "starts_at": at, "ends_at": at + HOUR, "room": None}
    move(desk.act, "first", **usual | more)  # type: ignore[arg-type]  # the arguments of move


def test_a_new_time_is_wanted_and_held_besides_the_old_one(desk: Desk) -> None:
    moved(desk)
    one = desk.interview
    assert (one.state, one.goal, one.version) == (State.CHANGING, Goal.SCHEDULED, 2)
    assert one.starts_at == desk.at + 3 * HOUR
    assert desk.held() == {
        (person, at) for person in ("sam", "kim") for at in (desk.at, desk.at + 3 * HOUR)
    }
    assert desk.is_due
    assert desk.audited[-1] == "interview moved"


def test_a_move_before_anybody_knows_is_no_change(desk: Desk) -> None:
    desk.change(state="writing")
    moved(desk)
    assert desk.interview.state is State.WRITING


def test_a_panelist_with_the_candidates_address_is_refused(desk: Desk) -> None:
    desk.change(candidate_address="Sam@northwind.example")
    with pytest.raises(Invalid, match="Take Sam Reed off the panel"):
        moved(desk)
    moved(desk, panel=[desk.panelist("kim")])
    assert [each.user_id for each in desk.panel] == ["kim"]


def test_the_panel_of_one_that_runs_stays_as_it_is(desk: Desk) -> None:
    begun = clock.utc_now() - HOUR / 2
    desk.change(starts_at=clock.text(begun), ends_at=clock.text(begun + HOUR))
    with pytest.raises(Conflict, match="its panel stays as it is"):
        moved(desk, starts_at=begun, ends_at=begun + HOUR, panel=[desk.panelist("kim")])
    assert desk.interview.version == 1


def test_the_same_time_again_changes_nothing(desk: Desk) -> None:
    moved(desk, hours=0)
    assert desk.interview.version == 1
    assert not desk.is_due


def test_a_room_is_held_and_changed(desk: Desk) -> None:
    moved(desk, room=AURORA)
    assert (desk.interview.room_name, desk.interview.room_id) == ("Aurora", "aurora")
    assert ("aurora@northwind.example", desk.at + 3 * HOUR) in desk.held()
    moved(desk, room=BIRCH, version=2)
    assert desk.interview.room_address == "birch@northwind.example"


def test_an_older_form_changes_nothing(desk: Desk) -> None:
    moved(desk)
    with pytest.raises(Outdated):
        moved(desk, hours=5)
    assert desk.interview.starts_at == desk.at + 3 * HOUR


def test_a_person_who_was_just_booked_is_named(desk: Desk) -> None:
    desk.other(desk.at + 3 * HOUR, person="sam")
    with pytest.raises(Taken, match="Sam Reed was just booked for") as refusal:
        moved(desk)
    assert refusal.value.may_override
    assert desk.interview.version == 1
    moved(desk, override=True)
    assert ("sam", desk.at + 3 * HOUR) in desk.held()


def test_an_optional_person_may_be_booked_twice(desk: Desk) -> None:
    desk.other(desk.at + 3 * HOUR, person="sam")
    panel = [desk.panelist("kim"), desk.panelist("sam", is_required=False)]
    moved(desk, panel=panel)
    assert desk.panel == panel


def test_a_room_is_never_booked_twice(desk: Desk) -> None:
    desk.other(desk.at + 3 * HOUR, room="aurora@northwind.example")
    with pytest.raises(Taken, match=r"Aurora was just booked for .* Choose another room"):
        moved(desk, room=AURORA, override=True)
    assert desk.held() == {("sam", desk.at), ("kim", desk.at)}


@pytest.mark.parametrize(
    ("hours", "length", "sentence"),
    [
        (-48, HOUR, "This time is past"),
        (3, 13 * HOUR, "at most 12 hours"),
        (3, timedelta(0), "ends after it starts"),
    ],
)
def test_impossible_times_are_refused(
    desk: Desk, hours: int, length: timedelta, sentence: str
) -> None:
    at = desk.at + hours * HOUR
    with pytest.raises(Invalid, match=sentence):
        moved(desk, hours=hours, ends_at=at + length)
    assert desk.interview.version == 1


def test_a_room_interview_needs_a_room_with_an_address(desk: Desk) -> None:
    desk.change(place="room", room_id="aurora", room_name="Aurora", room_address="a@x.example")
    with pytest.raises(Invalid, match="Choose a room"):
        moved(desk)


def test_a_panel_is_never_empty_and_has_forty_people_at_most(desk: Desk) -> None:
    with pytest.raises(Invalid, match="must attend"):
        moved(desk, panel=[desk.panelist("sam", is_required=False)])
    with pytest.raises(Invalid, match="at most 40 people"):
        moved(desk, panel=[desk.panelist("sam")] * 41)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_has_ended_does_not_move(desk: Desk, state: str) -> None:
    desk.change(state=state)
    with pytest.raises(Conflict):
        moved(desk)


def test_what_is_being_cancelled_does_not_move(desk: Desk) -> None:
    desk.change(state="changing", goal="cancelled")
    with pytest.raises(Conflict, match="is being cancelled"):
        moved(desk)


def test_what_is_over_does_not_move(desk: Desk) -> None:
    now = clock.utc_now()
    desk.change(starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    with pytest.raises(Conflict, match="is over"):
        moved(desk)


def test_an_interview_with_a_deleted_candidate_does_not_move(desk: Desk) -> None:
    desk.change(candidate_id=None)
    with pytest.raises(Conflict, match="Rosa Ortega was deleted"):
        moved(desk)


def test_a_new_time_after_none_makes_new_events(desk: Desk) -> None:
    desk.change(state="needs_time", goal="needs_time", comment="Sorry", join_url="https://old")
    with desk.rows.write():
        store.free_claims(desk.rows, "first")
    moved(desk, hours=0)
    one = desk.interview
    assert (one.state, one.goal, one.generation) == (State.WRITING, Goal.SCHEDULED, 2)
    assert (one.comment, one.join_url) == ("", "")
    assert desk.held() == {("sam", desk.at), ("kim", desk.at)}
    planned = [each for each in store.events(desk.rows, "first") if each.generation == 2]
    assert [(each.role, each.step) for each in planned] == [
        ("internal", Step.PLANNED),
        ("candidate", Step.PLANNED),
    ]


def test_a_new_time_on_a_group_calendar_needs_that_calendar(desk: Desk) -> None:
    desk.change(state="needs_time", goal="needs_time", calendar="group", calendar_id=None)
    with pytest.raises(Conflict, match="Choose another calendar first"):
        moved(desk)
    assert not desk.is_due


def test_the_feed_tells_of_another_time_and_of_no_other_change(desk: Desk) -> None:
    moved(desk, hours=0, room=AURORA)
    assert move_store.of_interview(desk.rows, "first") == []
    moved(desk, version=2)
    [move] = move_store.of_interview(desk.rows, "first")
    assert (move.source, move.version, move.decided_by) == (MoveSource.PORTAL, 3, "priya")
    assert (move.old_starts_at, move.new_starts_at) == (desk.at, desk.at + 3 * HOUR)


def test_a_time_for_one_that_had_lost_its_own_is_no_move(desk: Desk) -> None:
    desk.change(state="needs_time", goal="needs_time")
    moved(desk)
    assert move_store.of_interview(desk.rows, "first") == []

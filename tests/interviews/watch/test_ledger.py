"""The ledger never says more than Microsoft was asked to tell."""

from collections import Counter
from datetime import timedelta

from portal import clock
from portal.calendars.models import Room
from portal.interviews import store
from portal.interviews.changes.moves import move
from portal.interviews.changes.panels import change_panel
from portal.interviews.models import Certainty, Panelist, Role, State
from tests.interviews.microsoft.later import LATER, moved, scheduled, starts, state, updated, wanted
from tests.interviews.microsoft.stage import KIM, ROOM, ROSA, SAM, Stage
from tests.interviews.outlook_hand import OutlookHand

DAY = timedelta(days=1)
AURORA = Room("aurora", "Aurora", ROOM)
BIRCH = {"place": "room", "room_id": "birch", "room_name": "Birch", "room_address": "b@x.example"}


def moved_in_outlook(stage: Stage) -> None:
    """The panel's event a day later without a word to anybody, as the watch takes it over."""
    one, hand = stage.one, OutlookHand(stage.env.sandbox)
    hand.move(stage.event(), one.starts_at + DAY, one.ends_at + DAY, send=False)
    at = (clock.text(one.starts_at + DAY), clock.text(one.ends_at + DAY))
    stage.change(
        "update interviews set version = 2, state = 'changing', starts_at = ?, ends_at = ?", *at
    )
    stage.change(
        "update interview_events set moved_version = 2, copies_due_at = '2100-01-01T00:00:00Z', "
        "agreed_starts_at = ?, agreed_ends_at = ? where role = 'internal'",
        *at,
    )
    with stage.rows.write():
        store.make_due(stage.rows, one.id, now=stage.now)


def test_people_of_a_moved_event_keep_the_time_that_they_know(stage: Stage) -> None:
    scheduled(stage)
    old = stage.one.starts_at
    moved_in_outlook(stage)

    assert stage.work() == ""

    assert state(stage) is State.SCHEDULED
    assert stage.mails == updated(ROSA)
    assert stage.ledger[ROSA].starts_at == old + DAY
    for each in (SAM, KIM):
        assert (stage.ledger[each].version, stage.ledger[each].starts_at) == (1, old)


def test_who_joins_a_moved_event_is_told_alone(stage: Stage) -> None:
    scheduled(stage, panel=("sam",))
    old = stage.one.starts_at
    moved_in_outlook(stage)
    stage.work()
    stage.env.sandbox.control("DELETE", "invitations")
    panel = [Panelist("sam", "Sam Reed", SAM), Panelist("kim", "Kim Lund", KIM)]
    change_panel(stage.act, "first", version=2, panel=panel)

    assert stage.work() == ""

    assert stage.mails == Counter([("request", KIM)])
    assert (stage.ledger[SAM].version, stage.ledger[SAM].starts_at) == (3, old)
    assert stage.ledger[KIM].starts_at == old + DAY
    assert stage.event().copies_due_at is not None


def test_another_room_tells_the_new_time_too(stage: Stage) -> None:
    scheduled(stage, **BIRCH)
    moved_in_outlook(stage)
    stage.work()
    one = stage.one
    move(stage.act, one.id, version=2, starts_at=one.starts_at, ends_at=one.ends_at, room=AURORA)

    assert stage.work() == ""

    assert stage.ledger[SAM].starts_at == one.starts_at
    assert stage.ledger[SAM].certainty is Certainty.ASKED
    assert (stage.event().moved_version, stage.event().copies_due_at) == (None, None)


def test_a_lost_move_that_is_taken_back_is_ours(stage: Stage) -> None:
    scheduled(stage)
    moved(stage)
    stage.lose("/events", "PATCH")
    assert stage.work() != ""
    moved(stage, -LATER)

    stage.work_until_done()

    assert state(stage) is State.SCHEDULED
    assert starts(stage) == wanted(stage)
    assert stage.event().asked_starts_at is None
    assert stage.mails == updated(SAM, KIM, SAM, KIM)
    assert stage.ledger[SAM].starts_at == stage.event(Role.CANDIDATE).agreed_starts_at


def test_who_was_taken_off_in_outlook_keeps_the_time_that_they_know(stage: Stage) -> None:
    scheduled(stage)
    old = stage.one.starts_at
    OutlookHand(stage.env.sandbox).edit(stage.event(), remove=[SAM], send=False)
    moved(stage)

    assert stage.work() == ""

    assert state(stage) is State.SCHEDULED
    assert stage.mails == updated(KIM, ROSA)
    assert stage.ledger[KIM].starts_at == old + LATER
    assert (stage.ledger[SAM].version, stage.ledger[SAM].starts_at) == (2, old)

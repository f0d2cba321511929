"""After a move in Outlook the panel's copies tell who knows; nobody is told a version twice."""

from collections import Counter
from datetime import timedelta

import pytest

from portal.interviews.models import Certainty, Proof, Reply, Role, ToldBy
from tests.interviews.microsoft.later import CALENDARS, moved, scheduled, updated
from tests.interviews.microsoft.stage import KIM, PRIYA, ROOM, ROSA, SAM, Stage
from tests.interviews.outlook_hand import OutlookHand
from tests.interviews.told.moves import DAY, move, proven

NEW, OLD = "new", "old"


def row(stage: Stage, who: str) -> tuple[str, ToldBy, Certainty]:
    """The ledger of one person: which time, by whom, how certain."""
    told = stage.ledger[who]
    assert told.starts_at in (stage.one.starts_at, stage.one.starts_at - DAY)
    when = NEW if told.starts_at == stage.one.starts_at else OLD
    return when, told.told_by, told.certainty


@CALENDARS
def test_the_worked_example(stage: Stage, calendar: str, mailbox: str) -> None:
    scheduled(stage, calendar=calendar, place="teams", room_name="Aurora", room_address=ROOM)
    proven(stage)
    for who in (SAM, KIM):
        assert row(stage, who) == (NEW, ToldBy.PORTAL, Certainty.SEEN)

    # Wed 10:42:00, dragged to another day in Outlook, and the update is not sent.
    move(stage, send=False)

    # 10:42:42, the candidate's event is patched: Rosa is told once, and nobody else.
    assert stage.mails == updated(ROSA)
    assert row(stage, ROSA) == (NEW, ToldBy.PORTAL, Certainty.ASKED)
    for who in (SAM, KIM):
        assert row(stage, who) == (OLD, ToldBy.PORTAL, Certainty.SEEN)

    # 10:44:40, both copies are old: the internal event is patched once.
    stage.pass_time(minutes=2, seconds=1)
    assert stage.work() == ""
    assert stage.mails == updated(ROSA, SAM, KIM) + Counter([("update", ROOM)])
    for who in (SAM, KIM):
        assert row(stage, who) == (NEW, ToldBy.PORTAL, Certainty.ASKED)
    assert stage.event().patched_at is not None

    # 10:52:40, both copies show the new day.
    stage.pass_time(minutes=8, seconds=1)
    assert stage.work() == ""
    for who in (SAM, KIM):
        assert row(stage, who) == (NEW, ToldBy.PORTAL, Certainty.SEEN)
        assert stage.ledger[who].version == stage.one.version
    assert stage.event().copies_due_at is None
    assert stage.mails == updated(ROSA, SAM, KIM) + Counter([("update", ROOM)])
    assert mailbox


def test_people_whom_outlook_told_are_not_told_again(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=True)
    assert stage.mails == updated(SAM, KIM, ROSA)

    stage.pass_time(minutes=2, seconds=1)
    stage.work()

    assert stage.mails == updated(SAM, KIM, ROSA)
    for who in (SAM, KIM):
        assert row(stage, who) == (NEW, ToldBy.OUTLOOK, Certainty.SEEN)
    assert stage.event().copies_due_at is None, "nobody is left to be read"


def test_where_some_know_nothing_is_written_again(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=False)
    at = (stage.one.starts_at, stage.one.ends_at)
    OutlookHand(stage.env.sandbox).move_copy(stage.event(), SAM, *at)

    for minutes in (2, 8):
        stage.pass_time(minutes=minutes, seconds=1)
        stage.work()

    assert stage.mails == updated(ROSA)
    assert row(stage, SAM)[0] == NEW
    assert row(stage, KIM) == (OLD, ToldBy.PORTAL, Certainty.SEEN)
    assert stage.event().copies_due_at is None


def test_calendars_that_portal_may_not_read_tell_nothing(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    stage.change("delete from connections where user_id in ('sam', 'kim')")
    move(stage, send=False)

    for minutes in (2, 8):
        stage.pass_time(minutes=minutes, seconds=1)
        stage.work()

    assert stage.mails == updated(ROSA)
    for who in (SAM, KIM):
        assert row(stage, who)[0] == OLD
    assert stage.event().patched_at is None


def test_one_readable_copy_that_is_old_tells_everybody(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    stage.change("delete from connections where user_id = 'kim'")
    move(stage, send=False)

    stage.pass_time(minutes=2, seconds=1)
    stage.work()

    assert stage.mails == updated(SAM, KIM, ROSA)
    assert row(stage, KIM) == (NEW, ToldBy.PORTAL, Certainty.ASKED)


def test_a_candidate_on_the_moved_event_is_told_with_the_panel(stage: Stage) -> None:
    scheduled(stage, is_one_event=1)
    proven(stage)
    move(stage, send=False)
    assert stage.mails == Counter()

    stage.pass_time(minutes=2, seconds=1)
    stage.work()

    assert stage.mails == updated(SAM, KIM, ROSA)
    assert row(stage, ROSA) == (NEW, ToldBy.PORTAL, Certainty.ASKED)


def test_whether_outlook_told_the_candidate_stays_unknown(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=True, role=Role.CANDIDATE)

    for minutes in (2, 8):
        stage.pass_time(minutes=minutes, seconds=1)
        stage.work()

    assert row(stage, ROSA)[0] == OLD
    assert stage.mails == updated(SAM, KIM, ROSA)


def test_the_organizer_has_what_stands_on_their_own_calendar(stage: Stage) -> None:
    scheduled(stage, panel=("priya", "kim"))
    proven(stage)
    move(stage, send=False)

    stage.pass_time(minutes=2, seconds=1)
    stage.work()

    assert row(stage, PRIYA) == (NEW, ToldBy.OUTLOOK, Certainty.SEEN)
    assert stage.mails == updated(KIM, ROSA), "the organizer's own event is no copy"


def test_a_lost_answer_is_not_tried_again(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=False)
    stage.pass_time(minutes=2, seconds=1)
    stage.lose("/events", "PATCH")

    assert stage.work() != ""
    stage.pass_time(seconds=61)
    assert stage.work() == ""
    stage.pass_time(minutes=8, seconds=1)
    stage.work()

    assert stage.mails == updated(SAM, KIM, ROSA)
    for who in (SAM, KIM):
        assert row(stage, who) == (NEW, ToldBy.PORTAL, Certainty.SEEN)


def test_a_write_that_was_lost_with_its_call_says_who_has_the_old_time(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=False)
    stage.change("update interview_events set patched_at = moved_at where role = 'internal'")

    for minutes in (2, 8):
        stage.pass_time(minutes=minutes, seconds=1)
        stage.work()

    assert stage.mails == updated(ROSA)
    assert row(stage, SAM)[0] == row(stage, KIM)[0] == OLD


def test_too_many_calls_are_waited_for(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=False)
    stage.pass_time(minutes=2, seconds=1)
    stage.fault("/events", method="PATCH", status=429, retryAfter=60)

    assert stage.work() != ""
    assert stage.event().patched_at is None
    stage.pass_time(seconds=61)
    stage.work()

    assert stage.mails == updated(SAM, KIM, ROSA)


def test_a_refusal_leaves_it_to_a_person(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=False)
    stage.pass_time(minutes=2, seconds=1)
    stage.fault("/events", method="PATCH", status=400)

    assert stage.work() == ""
    stage.pass_time(minutes=8, seconds=1)
    stage.work()

    assert stage.mails == updated(ROSA)
    assert row(stage, SAM)[0] == OLD
    assert stage.event().copies_due_at is None


def test_an_event_that_was_moved_again_is_left_to_the_watch(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=False)
    at = (stage.one.starts_at + DAY, stage.one.ends_at + DAY)
    OutlookHand(stage.env.sandbox).move(stage.event(), *at, send=False)
    stage.pass_time(minutes=2, seconds=1)

    assert stage.work() == ""

    assert stage.mails == updated(ROSA)


def test_nothing_is_read_once_the_interview_begins(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=False)
    stage.pass_time(days=4)

    stage.work()

    assert stage.event().copies_due_at is None
    assert stage.mails == updated(ROSA)


def test_a_move_in_portal_is_on_their_calendar_only_with_its_new_time(stage: Stage) -> None:
    scheduled(stage)
    proven(stage)
    old = stage.one.starts_at
    moved(stage, timedelta(hours=3))
    stage.work()
    hand = OutlookHand(stage.env.sandbox)
    hand.move_copy(stage.event(), KIM, old, old + timedelta(hours=1))

    for minutes in (1, 10):
        stage.pass_time(minutes=minutes, seconds=1)
        stage.work()

    assert stage.ledger[SAM].certainty is Certainty.SEEN
    assert stage.ledger[KIM].certainty is Certainty.ASKED
    assert stage.event().proof is Proof.SEEN


@pytest.mark.parametrize("minutes", [30, 61])
def test_a_late_worker_still_tells_first(stage: Stage, minutes: int) -> None:
    scheduled(stage)
    proven(stage)
    move(stage, send=False)
    stage.pass_time(minutes=minutes)

    stage.work()

    assert stage.mails == updated(SAM, KIM, ROSA)
    assert stage.event().copies_due_at is not None, "the second read comes after that"


def test_a_yes_to_the_old_time_is_none_to_the_new_one(stage: Stage) -> None:
    scheduled(stage)
    stage.answer(SAM, "accept")
    proven(stage)
    assert stage.ledger[SAM].reply is Reply.ACCEPTED
    move(stage, send=False)
    assert stage.ledger[SAM].reply is Reply.ACCEPTED, "it was to the time that Sam knows"

    for minutes in (2, 8):
        stage.pass_time(minutes=minutes, seconds=1)
        stage.work()

    assert row(stage, SAM)[0] == NEW
    assert stage.ledger[SAM].reply is Reply.NONE

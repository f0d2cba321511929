"""After one and ten minutes, the panel's own copies tell whether an invitation arrived."""

import pytest

from portal.interviews.microsoft.jobs import INTERVIEWS
from portal.interviews.models import Certainty, Proof, Reply
from portal.worker import store as worker
from tests.interviews.microsoft.stage import GROUP, KIM, ROSA, SAM, Stage, addresses


@pytest.fixture
def sent(stage: Stage) -> Stage:
    """An interview whose invitations went out a minute ago."""
    stage.schedule()
    stage.work()
    stage.pass_time(minutes=1, seconds=1)
    return stage


def test_copies_are_found_after_a_minute(sent: Stage) -> None:
    sent.work()

    assert sent.event().proof is Proof.SEEN
    assert sent.ledger[SAM].certainty is sent.ledger[KIM].certainty is Certainty.SEEN
    assert sent.ledger[ROSA].certainty is Certainty.ASKED
    assert sent.is_due, "the second read is left"


def test_answers_are_read_until_everybody_answered(sent: Stage) -> None:
    sent.work()
    sent.pass_time(minutes=10)
    sent.work()

    sent.answer(SAM, "accept")
    sent.answer(KIM, "decline")
    sent.set_status(ROSA, "accepted")
    sent.pass_time(minutes=31)
    sent.work()

    assert [sent.ledger[each].reply for each in (SAM, KIM, ROSA)] == [
        Reply.ACCEPTED,
        Reply.DECLINED,
        Reply.ACCEPTED,
    ]
    assert not sent.is_due


def test_nothing_is_read_once_the_interview_begins(sent: Stage) -> None:
    sent.pass_time(days=2)

    sent.work()

    assert not sent.is_due


def test_copies_that_come_later_are_found_after_ten_minutes(sent: Stage) -> None:
    sent.hide_copies()
    sent.work()
    assert sent.event().proof is Proof.WAITS

    sent.show_copies()
    sent.pass_time(minutes=10)
    sent.work()

    assert sent.event().proof is Proof.SEEN


def test_copies_that_nobody_has_are_told_and_no_second_event_is_made(sent: Stage) -> None:
    sent.hide_copies()
    sent.work()
    sent.pass_time(minutes=10)
    sent.work()

    assert sent.event().proof is Proof.NOT_SEEN
    [job] = worker.jobs(sent.rows, [INTERVIEWS])
    assert job.notes == ("The invitation is not on the calendar of anybody on the panel.",)
    assert sent.calls("POST", "/events") == 2

    sent.show_copies()
    sent.pass_time(days=1)
    sent.work()
    assert sent.event().proof is Proof.SEEN


def test_calendars_that_portal_may_not_read_tell_nothing(sent: Stage) -> None:
    sent.change("delete from connections where user_id in ('sam', 'kim')")
    sent.work()
    sent.pass_time(minutes=10)
    sent.work()

    assert sent.event().proof is Proof.WAITS
    assert sent.ledger[SAM].certainty is Certainty.ASKED


@pytest.mark.parametrize(
    ("verb", "reply"),
    [
        ("accept", Reply.ACCEPTED),
        ("tentativelyAccept", Reply.TENTATIVE),
        ("decline", Reply.DECLINED),
    ],
)
def test_answers_of_the_panel_are_read(sent: Stage, verb: str, reply: Reply) -> None:
    sent.answer(SAM, verb)

    sent.work()

    told = sent.ledger[SAM]
    assert (told.reply, told.certainty) == (reply, Certainty.SEEN)
    assert told.replied_at is not None
    assert sent.ledger[KIM].reply is Reply.NONE


def test_a_candidate_who_answers_has_seen_it(sent: Stage) -> None:
    sent.set_status(ROSA, "accepted")

    sent.work()

    told = sent.ledger[ROSA]
    assert (told.reply, told.certainty) == (Reply.ACCEPTED, Certainty.SEEN)


def test_a_group_calendar_shows_the_answers_of_the_panel_alone(stage: Stage) -> None:
    stage.schedule(calendar="group")
    stage.work()
    stage.answer(SAM, "accept")
    stage.pass_time(minutes=2)

    stage.work()

    assert stage.ledger[SAM].reply is Reply.ACCEPTED
    assert stage.ledger[ROSA].reply is Reply.UNKNOWN
    assert addresses(stage.at_microsoft(GROUP)[1]) >= {ROSA}


def test_a_proof_that_fails_leaves_the_interview_as_it_is(sent: Stage) -> None:
    sent.fault("/events", method="GET", status=503, retryAfter=30)

    assert sent.work() == "Microsoft 365 has a problem at the moment. We will try again."
    assert sent.one.reason == ""
    assert sent.one.failing_since is None

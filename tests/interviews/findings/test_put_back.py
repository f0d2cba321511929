"""Outlook follows the interview: Portal writes its own back, and tells only whom that concerns."""

from collections import Counter
from datetime import timedelta

import pytest

from portal.audit.actions import Action
from portal.errors import Conflict
from portal.interviews.findings import decisions, finding_store
from portal.interviews.findings.choices import Way
from portal.interviews.findings.models import Finding, FindingKind, FindingState
from portal.interviews.models import Certainty, Role, State, ToldBy
from tests.interviews.findings import outlook
from tests.interviews.findings.outlook import ADA, look, only, quiet
from tests.interviews.microsoft.later import CALENDARS, scheduled, state, updated
from tests.interviews.microsoft.stage import (
    KIM,
    LINK,
    ROOM,
    ROSA,
    SAM,
    Stage,
    addresses,
    once,
)
from tests.interviews.outlook_hand import OutlookHand
from tests.support.raw_rows import raw

HOUR = timedelta(hours=1)


def decided(stage: Stage, finding: Finding) -> None:
    version = stage.one.version
    decisions.decide(stage.act, "first", finding.id, Way.PUT_BACK, version=version)


def put_back(stage: Stage, finding: Finding) -> None:
    decided(stage, finding)
    assert stage.work() == ""
    assert state(stage) is State.SCHEDULED


def state_of(stage: Stage, finding: Finding) -> FindingState:
    return finding_store.finding(stage.rows, "first", finding.id).state


@CALENDARS
def test_somebody_who_was_added_is_taken_off_with_a_cancellation(
    stage: Stage, calendar: str, mailbox: str
) -> None:
    scheduled(stage, calendar=calendar)
    outlook.add(stage, ADA, "Ada Lin")
    found = only(stage)
    quiet(stage)

    put_back(stage, found)

    assert ADA not in addresses(stage.at_microsoft(mailbox)[0])
    assert stage.mails == Counter([("cancel", ADA)])
    assert look(stage) == []
    assert state_of(stage, found) is FindingState.OVER
    audited = [row["action"] for row in raw(stage.rows)["audit_log"].rows]
    assert Action.OUTSIDE_CHANGE_PUT_BACK in audited


@CALENDARS
def test_somebody_who_was_removed_is_invited_again(
    stage: Stage, calendar: str, mailbox: str
) -> None:
    scheduled(stage, calendar=calendar)
    outlook.remove(stage, KIM)
    found = only(stage)
    quiet(stage)

    put_back(stage, found)

    assert addresses(stage.at_microsoft(mailbox)[0]) >= {SAM, KIM}
    assert stage.mails == once(KIM)
    told = stage.ledger[KIM]
    assert (told.told_by, told.certainty) == (ToldBy.PORTAL, Certainty.ASKED)
    assert look(stage) == []


def test_their_copy_is_read_a_minute_later(stage: Stage) -> None:
    scheduled(stage)
    outlook.remove(stage, KIM)
    put_back(stage, only(stage))
    stage.pass_time(minutes=2)

    stage.work()

    assert stage.ledger[KIM].certainty is Certainty.SEEN


def test_the_candidate_is_invited_again(stage: Stage) -> None:
    scheduled(stage)
    outlook.remove(stage, ROSA, Role.CANDIDATE)
    found = only(stage, Role.CANDIDATE)
    quiet(stage)

    put_back(stage, found)

    assert stage.mails == once(ROSA)


def test_a_lost_answer_invites_nobody_twice(stage: Stage) -> None:
    scheduled(stage)
    outlook.remove(stage, KIM)
    found = only(stage)
    quiet(stage)
    decided(stage, found)
    stage.lose("/events", "PATCH")

    assert stage.work() != ""
    assert stage.ledger[KIM].certainty is Certainty.UNKNOWN
    stage.pass_time(seconds=61)
    stage.work_until_done()

    assert stage.mails == once(KIM)
    assert stage.ledger[KIM].certainty is Certainty.ASKED
    assert state_of(stage, found) is FindingState.OVER


def test_a_person_who_left_the_panel_is_not_invited_again(stage: Stage) -> None:
    scheduled(stage)
    outlook.remove(stage, KIM)
    found = only(stage)
    quiet(stage)
    decided(stage, found)
    stage.change("delete from interview_panel where user_id = 'kim'")

    stage.work()

    assert stage.mails == Counter()
    assert state_of(stage, found) is FindingState.OVER


def test_a_disabled_person_is_not_invited_again(stage: Stage) -> None:
    scheduled(stage)
    outlook.remove(stage, KIM)
    found = only(stage)
    stage.change("update users set is_enabled = 0 where id = 'kim'")

    with pytest.raises(Conflict, match="cannot be done any more"):
        decided(stage, found)

    assert state_of(stage, found) is FindingState.OPEN


def test_somebody_removed_by_hand_in_the_end_is_no_difference(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA)
    found = only(stage)
    decided(stage, found)
    outlook.remove(stage, ADA)
    quiet(stage)

    assert stage.work() == ""

    assert stage.mails == Counter()
    assert state_of(stage, found) is FindingState.OVER


def test_a_subject_is_written_again_and_everybody_on_the_event_gets_an_update(
    stage: Stage,
) -> None:
    scheduled(stage)
    outlook.edit(stage, subject="Chat")
    found = only(stage)
    quiet(stage)

    put_back(stage, found)

    assert stage.at_microsoft()[0]["subject"] == "Interview: Rosa Ortega"
    assert stage.mails == updated(SAM, KIM)


def test_a_room_is_invited_again(stage: Stage) -> None:
    scheduled(stage, place="teams", room_name="Aurora", room_address=ROOM)
    birch = outlook.attendee("birch@northwind.example", "Birch", "resource")
    kept = [each for each in outlook.present(stage).attendees if each["type"] != "resource"]
    outlook.edit(stage, attendees=[*kept, birch])
    found = only(stage)
    quiet(stage)

    put_back(stage, found)

    assert ROOM in addresses(stage.at_microsoft()[0])
    assert stage.mails[("request", ROOM)] == 1
    assert stage.mails[("cancel", "birch@northwind.example")] == 1
    assert stage.at_microsoft()[0]["onlineMeeting"]["joinUrl"] == stage.one.join_url
    assert look(stage) == []


def test_a_place_in_words_is_written_again(stage: Stage) -> None:
    scheduled(stage, place="address", place_text="Quay 4")
    outlook.edit(stage, Role.CANDIDATE, location={"displayName": "The canteen"})
    found = only(stage, Role.CANDIDATE)
    quiet(stage)

    put_back(stage, found)

    assert stage.at_microsoft()[1]["location"]["displayName"] == "Quay 4"
    assert stage.mails == updated(ROSA)


def test_a_lost_link_makes_new_events_with_another(stage: Stage) -> None:
    scheduled(stage, place="teams")
    outlook.edit(stage, body={"contentType": "text", "content": "See you"})
    found, before = only(stage), stage.one
    quiet(stage)

    put_back(stage, found)

    assert stage.one.generation == before.generation + 1
    assert stage.one.join_url.startswith(LINK)
    assert stage.one.join_url != before.join_url
    cancelled = Counter(("cancel", each) for each in (SAM, KIM, ROSA))
    assert stage.mails == once(SAM, KIM, ROSA) + cancelled


def test_a_proposal_that_is_declined_is_shown_no_more(stage: Stage) -> None:
    scheduled(stage)
    start = stage.one.starts_at + 3 * HOUR
    outlook.answer(stage, SAM, start, start + HOUR)
    found, before = only(stage), stage.one

    decided(stage, found)

    assert stage.one == before
    assert look(stage) == []
    outlook.answer(stage, SAM, start + HOUR, start + 2 * HOUR)
    assert only(stage).kind is FindingKind.PROPOSAL, "another time is another proposal"


def test_microsofts_refusal_opens_the_question_again(stage: Stage) -> None:
    scheduled(stage)
    outlook.edit(stage, subject="Chat")
    found = only(stage)
    decided(stage, found)
    stage.fault("/events", method="PATCH", status=400)

    stage.work()

    assert state_of(stage, found) is FindingState.OPEN
    assert stage.one.reason.startswith("Microsoft did not let Portal put the event back.")


def test_nothing_is_written_over_a_move_that_nobody_judged_yet(stage: Stage) -> None:
    scheduled(stage)
    outlook.edit(stage, subject="Chat")
    found, one = only(stage), stage.one
    decided(stage, found)
    hand = OutlookHand(stage.env.sandbox)
    hand.move(stage.event(), one.starts_at + HOUR, one.ends_at + HOUR, send=False)
    quiet(stage)

    assert stage.work() == "The event has another time in Outlook. Portal looks at that first."

    assert stage.mails == Counter()
    assert state_of(stage, found) is FindingState.PUT_BACK


def test_nothing_is_put_back_twice(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA)
    found = only(stage)
    decided(stage, found)

    with pytest.raises(Conflict, match="put this back already"):
        decided(stage, found)


def test_nothing_is_put_back_once_the_interview_runs(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, ADA)
    found = only(stage)
    decided(stage, found)
    stage.pass_time(days=2, minutes=1)
    quiet(stage)

    stage.work()

    assert stage.mails == Counter()

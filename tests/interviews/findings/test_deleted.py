"""A deleted event is put back: the same time, new events, and no cancellation twice."""

from collections import Counter

from portal.interviews.findings import decisions, finding_store
from portal.interviews.findings.choices import Way
from portal.interviews.findings.models import Finding
from portal.interviews.models import Role, State
from portal.interviews.watch.judgement import LISTED_AFTER
from tests.interviews.findings import outlook
from tests.interviews.findings.outlook import quiet
from tests.interviews.microsoft.later import CALENDARS, scheduled, starts, state, wanted
from tests.interviews.microsoft.stage import KIM, PRIYA, ROSA, SAM, Stage, once
from tests.interviews.outlook_hand import OutlookHand
from tests.interviews.watch.watcher import next_poll, settle, watch


def put_back(stage: Stage, finding: Finding) -> None:
    version = stage.one.version
    decisions.decide(stage.act, "first", finding.id, Way.PUT_BACK, version=version)
    assert stage.work() == ""
    assert state(stage) is State.SCHEDULED


@CALENDARS
def test_a_deleted_event_is_made_again_for_the_same_time(
    stage: Stage, calendar: str, mailbox: str
) -> None:
    scheduled(stage, calendar=calendar)
    found = deleted(stage)

    put_back(stage, found)

    assert starts(stage, mailbox) == wanted(stage)
    assert stage.mails == once(SAM, KIM, ROSA) + Counter([("cancel", ROSA)])
    assert {each.generation for each in stage.ledger.values()} == {2}
    assert stage.claims == 2


def test_a_deleted_event_that_still_answers_is_not_cancelled_again(stage: Stage) -> None:
    stage.env.sandbox.control("POST", "quirks", {"deletedAnswer": True})
    scheduled(stage)
    found = deleted(stage)

    put_back(stage, found)

    assert stage.mails[("cancel", SAM)] == 0


def test_two_deleted_events_are_made_again_without_a_cancellation(stage: Stage) -> None:
    stage.env.sandbox.control("POST", "quirks", {"deletedAnswer": True})
    scheduled(stage)
    found = deleted(stage, Role.INTERNAL, Role.CANDIDATE)

    put_back(stage, found)

    assert stage.mails == once(SAM, KIM, ROSA)
    assert outlook.kinds(stage) == []


def deleted(stage: Stage, *roles: Role) -> Finding:
    """The panel's event, or these, are deleted in Outlook, and the watch asks what to do."""
    settle(stage)
    stage.pass_time(seconds=LISTED_AFTER.total_seconds())
    assert watch(stage) == ""
    events = [stage.event(each) for each in roles or (Role.INTERNAL,)]
    for event in events:
        OutlookHand(stage.env.sandbox).delete(event, who=PRIYA)
    quiet(stage)
    for _ in range(2):
        assert next_poll(stage) == ""
    assert state(stage) is State.ASKS
    found = finding_store.of_interview(stage.rows, "first")
    assert {each.event_id for each in found} == {each.id for each in events}
    return found[0]

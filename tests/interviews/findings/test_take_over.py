"""The interview follows what somebody did in Outlook, once, and tells nobody twice."""

from collections import Counter
from datetime import timedelta

import pytest

from portal.audit.actions import Action
from portal.errors import Conflict, Invalid
from portal.interviews import store
from portal.interviews.changes.checks import Outdated
from portal.interviews.claims import Taken
from portal.interviews.findings import decisions, finding_store
from portal.interviews.findings.choices import Way
from portal.interviews.findings.models import Finding, FindingState
from portal.interviews.models import Certainty, Claimed, Role, Subject, ToldBy
from tests.interviews.findings import outlook
from tests.interviews.findings.outlook import look, only, quiet, taken_over
from tests.interviews.microsoft.later import CALENDARS, moved, scheduled, updated
from tests.interviews.microsoft.stage import KIM, ROSA, SAM, Stage, addresses
from tests.support import builders
from tests.support.raw_rows import raw

ALEX = "alex@northwind.example"


def audited(stage: Stage) -> list[str]:
    return [row["action"] for row in raw(stage.rows)["audit_log"].rows]


def state_of(stage: Stage, finding: Finding) -> FindingState:
    return finding_store.finding(stage.rows, "first", finding.id).state


def with_alex(stage: Stage) -> Finding:
    """Alex is a colleague whom somebody added in Outlook."""
    stage.hire("Alex Berg")
    outlook.add(stage, ALEX, "Alex Berg")
    found = only(stage)
    quiet(stage)
    return found


@CALENDARS
def test_a_colleague_who_was_added_joins_the_panel_without_mail(
    stage: Stage, calendar: str, mailbox: str
) -> None:
    scheduled(stage, calendar=calendar)
    found = with_alex(stage)

    taken_over(stage, found)

    assert [each.user_id for each in store.panel(stage.rows, "first")] == ["sam", "kim", "alex"]
    assert stage.mails == Counter()
    told = stage.ledger[ALEX]
    assert (told.told_by, told.starts_at) == (ToldBy.OUTLOOK, stage.one.starts_at)
    assert look(stage) == []
    assert state_of(stage, found) is FindingState.OVER
    assert Action.OUTSIDE_CHANGE_TAKEN_OVER in audited(stage)
    assert addresses(stage.at_microsoft(mailbox)[0]) >= {SAM, KIM, ALEX}


def test_their_own_copy_proves_the_invitation(stage: Stage) -> None:
    scheduled(stage)
    found = with_alex(stage)
    stage.connect("alex", "Calendars.Read")

    taken_over(stage, found)

    assert stage.ledger[ALEX].certainty is Certainty.SEEN


def test_somebody_without_an_account_cannot_join(stage: Stage) -> None:
    scheduled(stage)
    outlook.add(stage, outlook.ADA, "Ada Lin")
    found = only(stage)

    with pytest.raises(Conflict, match="cannot be done any more"):
        taken_over(stage, found)


def test_a_disabled_colleague_cannot_join(stage: Stage) -> None:
    scheduled(stage)
    found = with_alex(stage)
    stage.change("update users set is_enabled = 0 where id = 'alex'")

    with pytest.raises(Conflict, match="cannot be done any more"):
        taken_over(stage, found)

    assert len(store.panel(stage.rows, "first")) == 2


def test_a_colleague_who_is_booked_elsewhere_joins_after_a_second_look(stage: Stage) -> None:
    scheduled(stage)
    found, one = with_alex(stage), stage.one
    builders.interview(stage.rows, "other", at=one.starts_at)
    with stage.rows.write():
        held = Claimed("other", Subject.PERSON, "alex", one.starts_at, one.ends_at)
        store.add_claims(stage.rows, [held])

    with pytest.raises(Taken):
        taken_over(stage, found)
    assert state_of(stage, found) is FindingState.OPEN

    taken_over(stage, found, override=True)
    assert len(store.panel(stage.rows, "first")) == 3


@CALENDARS
def test_somebody_who_was_removed_leaves_the_panel_without_mail(
    stage: Stage, calendar: str, mailbox: str
) -> None:
    scheduled(stage, calendar=calendar)
    outlook.remove(stage, KIM)
    found = only(stage)
    quiet(stage)

    taken_over(stage, found)

    assert [each.user_id for each in store.panel(stage.rows, "first")] == ["sam"]
    assert stage.mails == Counter()
    assert stage.ledger[KIM].withdrawn_at is not None
    assert look(stage) == []
    assert KIM not in addresses(stage.at_microsoft(mailbox)[0])


def test_the_last_person_of_a_panel_stays(stage: Stage) -> None:
    scheduled(stage, panel=("kim",))
    outlook.remove(stage, KIM)
    found = only(stage)

    with pytest.raises(Invalid, match="at least one person who must attend"):
        taken_over(stage, found)

    assert state_of(stage, found) is FindingState.OPEN


def test_the_candidate_cannot_leave_an_interview(stage: Stage) -> None:
    scheduled(stage)
    outlook.remove(stage, ROSA, Role.CANDIDATE)
    found = only(stage, Role.CANDIDATE)

    with pytest.raises(Conflict, match="cannot be done any more"):
        taken_over(stage, found)


def test_another_subject_becomes_the_title_and_the_name_of_the_other_event(stage: Stage) -> None:
    scheduled(stage)
    outlook.edit(stage, subject="Chat: Rosa Ortega")
    found = only(stage)
    quiet(stage)

    taken_over(stage, found)

    assert stage.one.title == "Chat"
    assert [each["subject"] for each in stage.at_microsoft()] == ["Chat: Rosa Ortega", "Chat"]
    assert stage.mails == updated(ROSA)
    assert look(stage) == look(stage, Role.CANDIDATE) == []


def test_a_subject_without_the_candidate_gets_their_name_again(stage: Stage) -> None:
    scheduled(stage)
    outlook.edit(stage, Role.CANDIDATE, subject="A good talk")
    found = only(stage, Role.CANDIDATE)
    quiet(stage)

    taken_over(stage, found)

    assert stage.one.title == "A good talk"
    subjects = [each["subject"] for each in stage.at_microsoft()]
    assert subjects == ["A good talk: Rosa Ortega", "A good talk"]
    assert stage.mails == updated(SAM, KIM)


def test_a_group_calendar_names_events_by_their_kind(stage: Stage) -> None:
    scheduled(stage, calendar="group")
    outlook.edit(stage, subject="Chat")
    found = only(stage)

    with pytest.raises(Conflict, match="cannot be done any more"):
        taken_over(stage, found)


@pytest.mark.parametrize("subject", ["x" * 200, ""])
def test_a_subject_that_no_title_can_be_is_put_back_only(stage: Stage, subject: str) -> None:
    scheduled(stage)
    outlook.edit(stage, subject=subject)
    found = only(stage)

    with pytest.raises(Conflict, match="cannot be done any more"):
        taken_over(stage, found)


def test_an_event_without_its_link_is_kept_so(stage: Stage) -> None:
    scheduled(stage, place="teams")
    outlook.edit(stage, body={"contentType": "text", "content": "See you"})
    found, link = only(stage), stage.one.join_url
    quiet(stage)

    taken_over(stage, found)

    assert stage.one.join_url == link
    assert stage.mails == Counter()
    assert look(stage) == [], "it is decided, and asked no more"
    assert state_of(stage, found) is FindingState.TAKEN_OVER


def test_nothing_is_taken_over_twice(stage: Stage) -> None:
    scheduled(stage)
    found = with_alex(stage)
    version = stage.one.version
    taken_over(stage, found)

    with pytest.raises(Outdated):
        taken_over(stage, found, version=version)
    look(stage)
    with pytest.raises(Conflict, match="no longer different"):
        taken_over(stage, found)

    assert len(store.panel(stage.rows, "first")) == 3


def test_a_page_older_than_the_interview_takes_nothing_over(stage: Stage) -> None:
    scheduled(stage)
    found = with_alex(stage)
    version = stage.one.version
    moved(stage)

    with pytest.raises(Outdated):
        taken_over(stage, found, version=version)

    assert state_of(stage, found) is FindingState.OPEN


def test_nothing_is_taken_over_once_the_interview_runs(stage: Stage) -> None:
    scheduled(stage)
    found = with_alex(stage)
    stage.pass_time(days=2, minutes=1)

    with pytest.raises(Conflict, match="has begun"):
        taken_over(stage, found)


def test_a_lost_answer_renames_no_event_twice(stage: Stage) -> None:
    scheduled(stage)
    outlook.edit(stage, subject="Chat: Rosa Ortega")
    found = only(stage)
    quiet(stage)
    decisions.decide(stage.act, "first", found.id, Way.TAKE_OVER, version=stage.one.version)
    stage.lose("/events", "PATCH")

    assert stage.work() != ""
    stage.pass_time(seconds=61)
    stage.work_until_done()

    assert stage.mails == updated(ROSA)
    assert stage.at_microsoft()[1]["subject"] == "Chat"
    assert stage.one.starts_at - stage.now > timedelta(days=1)

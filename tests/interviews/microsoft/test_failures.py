"""A write that fails is tried for an hour, then given up or left to a person."""

from datetime import timedelta

import pytest

from portal.audit.models import CANDIDATE
from portal.interviews import store
from portal.interviews.microsoft.jobs import INTERVIEWS
from portal.interviews.models import Role, State, Step
from portal.worker import store as worker
from portal.worker.retry import OF_OURS
from tests.interviews.microsoft.later import moved, scheduled
from tests.interviews.microsoft.stage import GROUP, PRIYA, Stage, addresses, once

BROKEN = "Microsoft 365 has a problem at the moment. We will try again."


def fail_for(stage: Stage, **time: float) -> None:
    """Work on it whenever it is due, until this much time has passed."""
    end = stage.offset + timedelta(**time)
    while stage.offset < end:
        claim = stage.claim()
        if claim is not None:
            stage.work(claim)
        stage.pass_time(minutes=5)


def test_after_an_hour_nobody_was_told_and_nothing_is_left(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="PATCH", status=503, retryAfter=11, times=100)

    stage.work()
    assert (stage.one.state, stage.one.reason) == (State.WRITING, BROKEN)
    assert len(stage.at_microsoft()) == 2
    fail_for(stage, minutes=90)

    assert (stage.one.state, stage.one.reason) == (State.FAILED, BROKEN)
    assert (stage.at_microsoft(), stage.claims, stage.is_due) == ([], 0, False)
    assert {each.step for each in store.events(stage.rows, "first")} == {Step.GONE}
    assert (stage.ledger, stage.mails) == ({}, once())
    assert ("interview not written", f"Interview with {CANDIDATE}", "failed") in stage.env.audited()


def test_if_somebody_was_invited_a_person_decides(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="PATCH", status=503, retryAfter=11, times=100)
    stage.work()
    stage.env.sandbox.control("DELETE", "faults")
    stage.fault(
        f"/events/{stage.event(Role.CANDIDATE).graph_id}", status=503, retryAfter=11, times=100
    )

    fail_for(stage, minutes=95)

    assert (stage.one.state, stage.one.reason) == (State.ASKS, BROKEN)
    assert len(stage.at_microsoft()) == 2
    assert stage.claims == 2


def test_a_failure_that_ends_leaves_no_reason(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="POST", status=503)
    stage.work()
    [job] = worker.jobs(stage.rows, [INTERVIEWS])
    assert job.failure == BROKEN

    stage.pass_time(seconds=31)
    stage.work()

    assert (stage.one.state, stage.one.reason) == (State.SCHEDULED, "")
    [job] = worker.jobs(stage.rows, [INTERVIEWS])
    assert job.failure is None


@pytest.mark.parametrize("calendar", ["organizer", "group"])
def test_an_organizer_who_disconnected_is_named_with_the_cure(stage: Stage, calendar: str) -> None:
    stage.schedule(calendar=calendar)
    stage.change("delete from connections where user_id = 'priya'")

    stage.work()

    assert stage.one.reason == (
        "Priya Kaur is not connected to Microsoft 365. "
        "Priya Kaur can connect under Microsoft 365 in their settings."
    )
    stage.connect("priya", "Calendars.ReadWrite", "Group.ReadWrite.All")
    stage.pass_time(minutes=1, seconds=1)
    stage.work()
    assert stage.one.state is State.SCHEDULED


def test_an_organizer_who_stays_away_leaves_nothing_that_could_be_deleted(stage: Stage) -> None:
    stage.schedule()
    stage.change("delete from connections where user_id = 'priya'")

    fail_for(stage, minutes=70)

    assert stage.one.state is State.FAILED
    assert stage.one.reason.startswith("Priya Kaur is not connected to Microsoft 365.")
    assert (stage.claims, stage.is_due) == (0, False)


def test_a_disabled_organizer_is_named(stage: Stage) -> None:
    stage.schedule()
    stage.change("update users set is_enabled = 0 where id = 'priya'")

    stage.work()

    assert stage.one.reason == (
        "Priya Kaur may no longer sign in to Portal. Choose another organizer."
    )


def test_a_missing_permission_is_named(stage: Stage) -> None:
    stage.schedule(calendar="group")
    stage.connect("priya", "Calendars.ReadWrite")

    stage.work()

    assert stage.one.reason == (
        "The connection of Priya Kaur lacks a permission for “Recruiting”. "
        "Priya Kaur can reconnect under Microsoft 365 in their settings."
    )


def test_an_event_that_cannot_be_deleted_is_told_after_two_hours(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="PATCH", status=503, retryAfter=11, times=1000)
    stage.fault("/events", method="DELETE", status=503, retryAfter=11, times=1000)

    fail_for(stage, minutes=240)

    assert stage.one.state is State.ASKS
    assert stage.one.reason == (
        f"{BROKEN} An empty event may be left in the calendar. Its owner can delete it."
    )
    assert stage.ledger == {}


def test_a_failure_of_ours_is_left_to_a_person(stage: Stage) -> None:
    stage.schedule()
    stage.fail(ValueError("a bug"))
    assert (stage.one.state, stage.one.reason) == (State.WRITING, OF_OURS)

    stage.pass_time(hours=2)
    stage.fail(ValueError("a bug"))

    assert stage.one.state is State.ASKS


def test_an_event_that_vanished_before_anybody_was_invited_is_made_again(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="PATCH", status=503)
    stage.work()
    graph = stage.env.services.microsoft365.client_for(stage.feature, "priya")
    graph.delete(f"events/{stage.event().graph_id}")
    stage.pass_time(seconds=31)
    assert stage.work() == "Microsoft no longer has this. It may have been deleted or moved."
    stage.pass_time(minutes=2)

    stage.work()

    assert stage.one.state is State.SCHEDULED
    assert len(stage.at_microsoft(PRIYA)) == 2
    assert stage.one.generation == 2


def test_another_member_invites_when_the_organizer_disconnected(stage: Stage) -> None:
    stage.make_member("alex")
    stage.schedule(calendar="group")
    stage.fault("/events", method="PATCH", status=503)
    stage.work()
    stage.change("delete from connections where user_id = 'priya'")
    stage.pass_time(seconds=31)

    stage.work_until_done()

    assert stage.one.state is State.SCHEDULED
    assert len(addresses(stage.at_microsoft(GROUP)[0])) >= 2


def test_a_group_that_was_deleted_names_another_calendar(stage: Stage) -> None:
    stage.schedule(calendar="group")
    stage.env.sandbox.control("DELETE", f"groups/{stage.event().group_id}")

    fail_for(stage, minutes=90)

    assert stage.one.state is State.FAILED
    assert stage.one.reason == "Microsoft does not find “Recruiting”. Choose another calendar."
    assert (stage.claims, stage.is_due, stage.ledger) == (0, False, {})
    assert stage.mails == once()


def test_so_does_one_that_was_deleted_after_them(stage: Stage) -> None:
    scheduled(stage, calendar="group")
    stage.env.sandbox.control("DELETE", f"groups/{stage.event().group_id}")
    moved(stage)

    fail_for(stage, minutes=90)

    assert stage.one.state is State.ASKS
    assert stage.one.reason == (
        "Microsoft no longer finds the event on “Recruiting”. Choose another calendar."
    )
    assert stage.mails == once()

"""An invitation whose answer was lost, and then a change: nobody is forgotten."""

from collections import Counter

from portal.interviews.changes.panels import change_panel
from portal.interviews.changes.withdrawals import cancel
from portal.interviews.models import Certainty, Panelist, State, Step
from tests.interviews.microsoft.later import state
from tests.interviews.microsoft.stage import KIM, ROSA, SAM, Stage, addresses, once

ONLY_SAM = Panelist("sam", "Sam Reed", SAM)
BOTH = [ONLY_SAM, Panelist("kim", "Kim Lund", KIM)]


def lost(stage: Stage) -> None:
    stage.schedule()
    stage.lose("/events", "PATCH")
    assert stage.work() != ""
    assert (stage.event().step, stage.event().is_unsure) == (Step.LINKED, True)
    assert {each.certainty for each in stage.ledger.values()} == {Certainty.UNKNOWN}


def test_somebody_who_left_the_panel_is_taken_off(stage: Stage) -> None:
    lost(stage)
    change_panel(stage.act, "first", version=None, panel=[ONLY_SAM])

    stage.work_until_done()

    assert state(stage) is State.SCHEDULED
    assert addresses(stage.at_microsoft()[0]) == {SAM}
    assert stage.mails == once(SAM, KIM, ROSA) + Counter([("cancel", KIM)])
    assert stage.ledger[KIM].withdrawn_at is not None
    assert stage.ledger[SAM].certainty is Certainty.ASKED


def test_a_cancellation_reaches_those_who_were_invited(stage: Stage) -> None:
    lost(stage)
    cancel(stage.act, "first", version=None, comment="Sorry")

    stage.work_until_done()

    assert (state(stage), stage.at_microsoft()) == (State.CANCELLED, [])
    assert stage.mails == once(SAM, KIM) + Counter(("cancel", each) for each in (SAM, KIM))
    assert {address for address, each in stage.ledger.items() if each.withdrawn_at} == {SAM, KIM}


def test_an_invitation_that_never_arrived_leaves_no_trace(stage: Stage) -> None:
    stage.schedule()
    stage.fault("/events", method="PATCH", status=503, retryAfter=11)
    assert stage.work() != ""
    cancel(stage.act, "first", version=None)

    stage.work_until_done()

    assert (state(stage), stage.ledger, stage.mails) == (State.CANCELLED, {}, once())


def test_somebody_who_joined_and_left_is_taken_off(stage: Stage) -> None:
    stage.schedule(panel=("sam",))
    stage.work()
    change_panel(stage.act, "first", version=None, panel=BOTH)
    stage.lose("/events", "PATCH")
    assert stage.work() != ""
    assert stage.ledger[KIM].certainty is Certainty.UNKNOWN
    change_panel(stage.act, "first", version=None, panel=[ONLY_SAM])

    stage.work_until_done()

    assert state(stage) is State.SCHEDULED
    assert addresses(stage.at_microsoft()[0]) == {SAM}
    assert stage.mails == once(SAM, KIM, ROSA) + Counter([("cancel", KIM)])


def test_somebody_who_joins_is_invited_after_a_failure(stage: Stage) -> None:
    stage.schedule(panel=("sam",))
    stage.work()
    change_panel(stage.act, "first", version=None, panel=BOTH)
    stage.fault("/events", method="PATCH", status=503)
    assert stage.work() != ""
    assert stage.ledger[KIM].certainty is Certainty.UNKNOWN
    stage.pass_time(seconds=61)

    stage.work_until_done()

    assert addresses(stage.at_microsoft()[0]) == {SAM, KIM}
    assert stage.mails == once(SAM, KIM, ROSA)
    assert stage.ledger[KIM].certainty is Certainty.ASKED

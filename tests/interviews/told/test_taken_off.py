"""People whom somebody took off a moved event in Outlook are told with nobody."""

from tests.interviews.microsoft.later import scheduled, updated
from tests.interviews.microsoft.stage import KIM, ROSA, SAM, Stage
from tests.interviews.outlook_hand import OutlookHand
from tests.interviews.told.moves import move, proven


def test_who_was_taken_off_keeps_the_time_that_they_know(stage: Stage) -> None:
    scheduled(stage, is_one_event=True)
    proven(stage)
    OutlookHand(stage.env.sandbox).edit(stage.event(), remove=[ROSA], send=False)
    move(stage, send=False)
    stage.pass_time(minutes=2, seconds=1)

    assert stage.work() == ""

    assert stage.mails == updated(SAM, KIM)
    assert stage.ledger[SAM].starts_at == stage.one.starts_at
    assert stage.ledger[ROSA].starts_at != stage.one.starts_at

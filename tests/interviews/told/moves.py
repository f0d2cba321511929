"""Moves in Outlook, as the watch takes them over: the interview follows, and its worker goes on."""

from datetime import timedelta

from portal import clock
from portal.interviews import store
from portal.interviews.models import Role, State
from tests.interviews.microsoft.stage import Stage
from tests.interviews.outlook_hand import OutlookHand

DAY = timedelta(days=1)


def move(stage: Stage, *, send: bool, role: Role = Role.INTERNAL) -> None:
    """Move an event by a day in Outlook, and let the interview follow as the watch does."""
    one, hand = stage.one, OutlookHand(stage.env.sandbox)
    hand.move(stage.event(role), one.starts_at + DAY, one.ends_at + DAY, send=send)
    follow(stage, role)


def follow(stage: Stage, role: Role = Role.INTERNAL) -> None:
    one, now = stage.one, stage.now
    at = (clock.text(one.starts_at + DAY), clock.text(one.ends_at + DAY))
    stage.change(
        "update interviews set version = version + 1, state = 'changing', starts_at = ?, "
        "ends_at = ?",
        *at,
    )
    stage.change(
        "update interview_events set moved_version = ?, moved_at = ?, copies_due_at = ?, "
        "patched_at = null, agreed_starts_at = ?, agreed_ends_at = ? where id = ?",
        one.version + 1,
        clock.text(now),
        clock.text(now + timedelta(minutes=2)),
        *at,
        stage.event(role).id,
    )
    with stage.rows.write():
        store.make_due(stage.rows, one.id, now=now)
    assert stage.work() == ""
    assert stage.one.state is State.SCHEDULED


def proven(stage: Stage) -> None:
    """The reads of copies and answers after the first invitations are over."""
    for minutes in (2, 10):
        stage.pass_time(minutes=minutes)
        stage.work()
    stage.env.sandbox.control("DELETE", "invitations")

"""A worker that watches the calendars of a stage, and somebody in Outlook."""

from datetime import datetime, timedelta

from portal.errors import PortalError
from portal.interviews.models import Event, Role
from portal.interviews.outside import move_store
from portal.interviews.outside.models import Move
from portal.interviews.watch import poll, watch_store
from portal.interviews.watch.jobs import WATCH
from portal.interviews.watch.models import Watch
from portal.worker.retry import setback
from tests.interviews.microsoft.stage import Stage, never
from tests.interviews.outlook_hand import OutlookHand

DAY = timedelta(days=1)


def watch(stage: Stage) -> str:
    """Read each calendar that is due, as a worker does. Returns the failure, or nothing."""
    services, failure = stage.env.services, ""
    while (claim := WATCH.claim(services, "test", now=stage.now)) is not None:
        try:
            WATCH.work(services, claim, never)
        except PortalError as error:
            WATCH.fail(services, claim, setback(error), now=stage.now)
            failure = str(error)
    return failure


def next_poll(stage: Stage) -> str:
    stage.pass_time(seconds=poll.EVERY.total_seconds())
    return watch(stage)


def settle(stage: Stage) -> None:
    """Let the two minutes pass in which a version of our own last write may be an older one."""
    stage.pass_time(minutes=3)
    assert watch(stage) == ""


def hand(stage: Stage) -> OutlookHand:
    return OutlookHand(stage.env.sandbox)


def drag(stage: Stage, by: timedelta, role: Role = Role.INTERNAL, *, send: bool = False) -> Event:
    """Move an event of the interview in Outlook, by so much from where Microsoft has it."""
    event = stage.event(role)
    assert event.agreed_starts_at is not None
    assert event.agreed_ends_at is not None
    hand(stage).move(event, event.agreed_starts_at + by, event.agreed_ends_at + by, send=send)
    return event


def watch_row(stage: Stage) -> Watch:
    found = watch_store.watch(stage.rows, watch_store.id_of(stage.event()))
    assert found is not None
    return found


def is_about(moment: datetime | None, expected: datetime) -> bool:
    """Whether it is that time, but for the seconds that a test takes."""
    return moment is not None and abs(moment - expected) < timedelta(seconds=15)


def moves(stage: Stage) -> list[Move]:
    return move_store.of_interview(stage.rows, "first")


def asked_of_microsoft(stage: Stage) -> list[str]:
    """The requests since the last time this was called, as method and path."""
    state = stage.env.sandbox.state
    found = [f"{each['method']} {each['path']}" for each in state.rows("select * from requests")]
    with state.write():
        state.execute("delete from requests")
    return found

"""Moves in Outlook that the watch sees, and that a worker carries on."""

from portal.interviews.models import Role, State
from tests.interviews.microsoft.stage import Stage
from tests.interviews.watch.watcher import DAY as DAY
from tests.interviews.watch.watcher import drag, next_poll


def move(stage: Stage, *, send: bool, role: Role = Role.INTERNAL) -> None:
    """Move an event by a day in Outlook. The interview follows within a minute."""
    drag(stage, DAY, role, send=send)
    assert next_poll(stage) == ""
    assert stage.work() == ""
    assert stage.one.state is State.SCHEDULED


def proven(stage: Stage) -> None:
    """The reads of copies and answers after the first invitations are over."""
    for minutes in (2, 10):
        stage.pass_time(minutes=minutes)
        stage.work()
    assert next_poll(stage) == ""
    stage.env.sandbox.control("DELETE", "invitations")

"""Interviews that are scheduled and then changed, for the tests of later writes."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.availability import zones
from portal.interviews.changes.moves import move
from portal.interviews.models import State
from tests.interviews.microsoft.stage import GROUP, PRIYA, Stage

CALENDARS = pytest.mark.parametrize(
    ("calendar", "mailbox"), [("organizer", PRIYA), ("group", GROUP)], ids=["own", "group"]
)
LATER = timedelta(hours=3)


def state(stage: Stage) -> State:
    """How far the interview is now."""
    return stage.one.state


def scheduled(stage: Stage, **columns: Any) -> None:
    stage.schedule(**columns)
    assert stage.work() == ""
    assert state(stage) is State.SCHEDULED
    stage.env.sandbox.control("DELETE", "invitations")


def moved(stage: Stage, by: timedelta = LATER, **more: Any) -> None:
    """Choose another time on the page."""
    one = stage.one
    usual: dict[str, Any] = {"version": one.version, "room": None}
    usual |= {"starts_at": one.starts_at + by, "ends_at": one.ends_at + by}
    move(stage.act, "first", **usual | more)


def updated(*people: str) -> Counter[tuple[str, str]]:
    return Counter(("update", each) for each in people)


def starts(stage: Stage, mailbox: str = PRIYA) -> list[datetime]:
    """When the events start at Microsoft, the panel's first."""
    return [_moment(each["start"]) for each in stage.at_microsoft(mailbox)]


def _moment(given: dict[str, str]) -> datetime:
    local = datetime.fromisoformat(given["dateTime"][:19])
    return local.replace(tzinfo=ZoneInfo(zones.iana(given["timeZone"], "UTC")))


def wanted(stage: Stage) -> list[datetime]:
    return [stage.one.starts_at] * 2

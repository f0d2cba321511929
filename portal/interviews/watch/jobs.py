"""The watch of calendars with coming interviews as due work."""

from collections.abc import Callable, Collection
from datetime import datetime

from portal import clock
from portal.interviews.watch import watch_store
from portal.interviews.watch.poll import EVERY, Poll, Stopped
from portal.services import Services
from portal.storage.claims import Claim
from portal.storage.rows import Rows
from portal.worker.queue import Lane, Part, WorkKind


def poll(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    try:
        Poll(services, claim, should_stop).take()
    except Stopped:
        watch_store.CLAIMS.release(services.rows, claim, due_at=clock.utc_now())


def plan(services: Services, now: datetime) -> bool:
    """Watch each calendar that got an interview."""
    if not watch_store.is_planned(services.rows, now=now):
        with services.rows.write():
            watch_store.plan(services.rows, now=now)
    return True


def make_due(rows: Rows, user_ids: Collection[str], now: datetime) -> None:
    """Read the own calendars of these people soon. Belongs inside write()."""
    watch_store.ask(rows, [f"own:{each}" for each in user_ids], now=now)


WATCH = WorkKind(
    name="watch",
    part=Part(
        "watch",
        "Interviews in Outlook",
        "Portal reads the calendars of coming interviews, and follows what is moved or deleted "
        "there: each minute for the next seven days, and every five minutes for later ones.",
        "No interview is coming up.",
    ),
    claims=watch_store.CLAIMS,
    listing=watch_store.LISTING,
    work=poll,
    lanes=(Lane(at_once=2),),
    plan=plan,
    stages={"group": "Reads a group's calendar", "own": "Reads a person's own calendar"},
    fixed_wait=EVERY,
)

"""The daily read of group calendars as due work."""

from collections.abc import Callable
from datetime import datetime

from portal.audit.act import Act
from portal.group_calendars.roster import daily_read, removal, watch_store
from portal.services import Services
from portal.storage.claims import Claim
from portal.worker.queue import Lane, Note, Part, WorkKind

UNWATCHED = "No member's connection reads this calendar. It is read again when one connects."
GONE = "Microsoft says that this group was deleted."


def read_calendar(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    daily_read.read(services, claim, should_stop=should_stop)


def remove_empty(services: Services, now: datetime) -> None:
    """Remove calendars that were kept only for the events of their last interviews."""
    removal.remove_empty(Act(services.rows, daily_read.WATCHER, now))


def plan(services: Services, now: datetime) -> bool:
    if not watch_store.is_planned(services.rows):
        with services.rows.write():
            watch_store.plan(services.rows, now=now)
    return True


GROUP_CALENDARS = WorkKind(
    name="group-calendars",
    part=Part(
        "group-calendars",
        "Group calendars",
        "Once a day, Portal checks each group, and who can schedule on its calendar.",
        "No group calendar was added.",
    ),
    claims=watch_store.CLAIMS,
    listing=watch_store.LISTING,
    work=read_calendar,
    # A thousand people take some minutes, in which other work has its turn.
    lanes=(Lane(slice_seconds=30.0),),
    plan=plan,
    stages={"waiting": "Checks the group and its people"},
    notes=(
        Note(
            "case when w.unwatched_since is null or w.gone_since is not null "
            f"or not {watch_store.IS_ENABLED} then 0 else 1 end",
            lambda _: UNWATCHED,
        ),
        Note("case when w.gone_since is null then 0 else 1 end", lambda _: GONE),
    ),
)

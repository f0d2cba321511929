"""Whether Portal notices what is done in Outlook, or why not, for pages and Checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.interviews.models import Event, Goal, Interview, State, Step
from portal.interviews.watch import watch_store
from portal.interviews.watch.models import NEAR, Watch
from portal.storage.rows import Rows

# A change in Outlook is noticed after so long at most.
NEAR_PROMISE, FAR_PROMISE = timedelta(minutes=2), timedelta(minutes=6)
WATCHED = (State.SCHEDULED, State.CHANGING, State.ASKS)
NOT_ENABLED = (
    "Microsoft 365 is not enabled, so Portal does not notice what is changed in Outlook. An "
    "administrator can enable it under Integrations."
)
NO_WORKER = (
    "Portal's worker has not read this calendar for a while. An administrator can see under Jobs "
    "whether it runs."
)


@dataclass(frozen=True)
class Watching:
    """The watch of one calendar. `read_at`: its last whole read, None before the first.

    With a `reason`, nobody has watched it since then. It says why, and the cure.
    """

    read_at: datetime | None
    reason: str = ""

    @property
    def is_lost(self) -> bool:
        return bool(self.reason)


def of_interview(
    rows: Rows, one: Interview, events: Iterable[Event], *, now: datetime
) -> Watching | None:
    """The watch of an interview's calendar. None for an interview that needs none now."""
    present = (each for each in events if each.generation == one.generation)
    event = next((each for each in present if each.step is Step.INVITED), None)
    is_coming = one.state in WATCHED and one.goal is Goal.SCHEDULED and now < one.ends_at
    if event is None or not is_coming:
        return None
    read_at = watch_store.last_read(rows, event)
    if not watch_store.is_enabled(rows):
        return Watching(read_at, NOT_ENABLED)
    watch = watch_store.watch(rows, watch_store.id_of(event))
    promise = NEAR_PROMISE if one.starts_at < now + NEAR else FAR_PROMISE
    return Watching(read_at, _reason(watch, read_at, promise, now) if watch else "")


def lost(rows: Rows, *, now: datetime) -> list[tuple[str, Watching]]:
    """The calendars with coming interviews that nobody watches now, each with its name."""
    if not watch_store.is_enabled(rows):
        return []
    found = ((each.name, _watching(each, now)) for each in watch_store.watches(rows))
    return [(name, each) for name, each in found if each.is_lost]


def _watching(watch: Watch, now: datetime) -> Watching:
    read_at = watch.near_read_at
    return Watching(read_at, _reason(watch, read_at, FAR_PROMISE, now))


def _reason(watch: Watch, read_at: datetime | None, promise: timedelta, now: datetime) -> str:
    """Why a calendar was not read for longer than is promised. Empty if it was."""
    since = read_at or watch.failed_at
    if since is None or now - since <= promise:
        return ""
    return watch.failure or NO_WORKER

"""Pages that people opened. Nothing more is said about a cause for a day after its page was."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.alerts import causes, store
from portal.alerts.models import Cause, Opening
from portal.storage.rows import Rows

NEEDS_YOU = "/settings/needs-you"
PAGES = frozenset(
    {
        *(causes.MICROSOFT_365, causes.APPLICATION, causes.USER_SYNC, causes.USERS, causes.JOBS),
        causes.GROUP_CALENDARS,
        *(causes.OWN_CONNECTION, causes.OWN_EMAIL, causes.INTERVIEWS, NEEDS_YOU),
    }
)
QUIET_FOR = timedelta(hours=24)
# A page that is opened again and again is not written down each time.
NOTED_EVERY = timedelta(minutes=1)


def is_page(path: str) -> bool:
    """Whether a cause may lead to this page."""
    is_shared = path.startswith(causes.SHARED) and "/" not in path.removeprefix(causes.SHARED)
    return path in PAGES or is_shared


def note(rows: Rows, user_id: str, path: str, *, now: datetime) -> None:
    """Keep when a person opened the page of a cause."""
    last = store.opened_at(rows, user_id, path)
    if last is not None and now - NOTED_EVERY < last <= now:
        return
    with rows.write():
        store.save_opening(rows, user_id, path, now=now)


def unseen(
    found: Iterable[Cause], opened: Iterable[Opening], *, now: datetime
) -> tuple[Cause, ...]:
    """Causes without those whose page was opened since they began, in the last day."""
    seen = list(opened)
    return tuple(each for each in found if not _is_seen(each, seen, now))


def _is_seen(cause: Cause, opened: list[Opening], now: datetime) -> bool:
    return any(
        each.path in (cause.path, NEEDS_YOU)
        and each.opened_at >= cause.since
        and each.opened_at > now - QUIET_FOR
        for each in opened
    )

"""Reading the calendars that a page showed within the last day: one's own, or those of a panel."""

from collections.abc import Collection
from datetime import datetime, timedelta

from portal.availability import several_store, store
from portal.availability.models import CalendarRead
from portal.storage.rows import Rows

READ_FOR = timedelta(days=1)
OLD_AFTER = timedelta(minutes=2)
# A page that is opened again and again is not written down each time.
NOTED_EVERY = timedelta(minutes=1)


def note(rows: Rows, user_id: str, *, now: datetime) -> None:
    """Read a person's calendar for a day, and at once if what is kept is old."""
    note_all(rows, [user_id], now=now)


def note_all(rows: Rows, user_ids: Collection[str], *, now: datetime) -> None:
    """Read the calendars of several people as note() does."""
    known = {each.user_id: each for each in several_store.calendar_reads(rows, user_ids)}
    old = [each.user_id for each in known.values() if _is_old(each, now)]
    opened = [each for each in user_ids if each in old or _is_to_be_noted(known.get(each), now)]
    if not opened:
        return
    with rows.write():
        for each in opened:
            store.save_opened(rows, each, wanted_until=now + READ_FOR, now=now)
        if old:
            store.make_due(rows, old, now=now)


def _is_to_be_noted(known: CalendarRead | None, now: datetime) -> bool:
    return known is None or known.opened_at <= now - NOTED_EVERY


def _is_old(known: CalendarRead, now: datetime) -> bool:
    """Whether a calendar should be read before its time. A failure's waiting time goes on."""
    if known.failure is not None or known.due_at <= now:
        return False
    return known.last_success_at is None or now - known.last_success_at >= OLD_AFTER

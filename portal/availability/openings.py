"""Reading the calendars of people who opened their Calendar page within the last day."""

from datetime import datetime, timedelta

from portal.availability import store
from portal.availability.models import CalendarRead
from portal.storage.rows import Rows

READ_FOR = timedelta(days=1)
OLD_AFTER = timedelta(minutes=2)
# A page that is opened again and again is not written down each time.
NOTED_EVERY = timedelta(minutes=1)


def note(rows: Rows, user_id: str, *, now: datetime) -> None:
    """Read a person's calendar for a day, and at once if what is kept is old."""
    known = store.calendar_read(rows, user_id)
    is_old = known is not None and _is_old(known, now)
    if known is not None and not is_old and known.opened_at > now - NOTED_EVERY:
        return
    with rows.write():
        store.save_opened(rows, user_id, wanted_until=now + READ_FOR, now=now)
        if is_old:
            store.make_due(rows, [user_id], now=now)


def _is_old(known: CalendarRead, now: datetime) -> bool:
    """Whether a calendar should be read before its time. A failure's waiting time goes on."""
    if known.failure is not None or known.due_at <= now:
        return False
    return known.last_success_at is None or now - known.last_success_at >= OLD_AFTER

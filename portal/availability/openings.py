"""Reading the calendars of people who opened their Calendar page within the last day."""

from datetime import datetime, timedelta

from portal.availability import store
from portal.storage.rows import Rows

READ_FOR = timedelta(days=1)
OLD_AFTER = timedelta(minutes=2)
# A page that is opened again and again is not written down each time.
NOTED_EVERY = timedelta(minutes=1)


def note(rows: Rows, user_id: str, *, now: datetime) -> None:
    """Read a person's calendar for a day, and at once if what is kept is old."""
    known = store.calendar_read(rows, user_id)
    is_old = known is None or not _is_fresh(known.last_success_at, now)
    if known is not None and not is_old and known.opened_at > now - NOTED_EVERY:
        return
    with rows.write():
        store.save_opened(rows, user_id, wanted_until=now + READ_FOR, now=now)
        if is_old:
            store.make_due(rows, [user_id], now=now)


def _is_fresh(last_success_at: datetime | None, now: datetime) -> bool:
    return last_success_at is not None and now - last_success_at < OLD_AFTER

"""Writes on group calendars: who was refused one, and since when nobody wrote."""

from portal import clock
from portal.group_calendars import store as calendars
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import store, watch_store
from portal.storage.rows import Rows


def refused(rows: Rows, group_id: str | None, user_id: str) -> None:
    """Let others write for this person until the next daily read, and tell administrators."""
    calendar = _calendar(rows, group_id)
    if calendar is None:
        return
    now = clock.utc_now()
    with rows.write():
        store.save_write_refused(rows, calendar.id, user_id, now=now)
        watch_store.save_write_refused(rows, calendar.id, is_refused=True, now=now)


def worked(rows: Rows, group_id: str | None, user_id: str) -> None:
    """End the trouble, unless others were refused since the last daily read."""
    calendar = _calendar(rows, group_id)
    watch = watch_store.watch(rows, calendar.id) if calendar else None
    if watch is None or watch.write_refused_since is None:
        return
    with rows.write():
        if not store.forget_refused_write(rows, watch.id, user_id):
            watch_store.save_write_refused(rows, watch.id, is_refused=False, now=clock.utc_now())


def _calendar(rows: Rows, group_id: str | None) -> GroupCalendar | None:
    return calendars.calendar_of_group(rows, group_id) if group_id else None

"""Check a calendar again on demand."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.group_calendars import store
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import watch_store

OFF = "Group calendars are not checked while Microsoft 365 is not enabled."


def check_again(act: Act, calendar_id: str) -> GroupCalendar:
    """Let a worker check the group and each person again now."""
    with act.rows.write():
        calendar = store.calendar(act.rows, calendar_id)
        if not watch_store.is_enabled(act.rows):
            raise Conflict(OFF)
        watch_store.make_round_due(act.rows, calendar_id, now=act.now)
        act.record(Action.GROUP_CALENDAR_CHECKED_AGAIN, calendar.label)
    return calendar

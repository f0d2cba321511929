"""Choose the calendar that interviews go on unless another is chosen."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.group_calendars import store
from portal.group_calendars.models import GroupCalendar


def make_default(act: Act, calendar_id: str) -> GroupCalendar:
    """Make this calendar the default. Does nothing if it is already."""
    with act.rows.write():
        chosen = store.calendar(act.rows, calendar_id)
        before = store.default(act.rows)
        if not chosen.is_default:
            store.make_default(act.rows, chosen.id, now=act.now)
            act.record(
                Action.DEFAULT_GROUP_CALENDAR_CHOSEN,
                chosen.label,
                old=before.label if before else None,
                new=chosen.label,
            )
    return chosen

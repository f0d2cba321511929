"""Choose the calendar that interviews go on unless another is chosen."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.group_calendars import store
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import watch_store


def make_default(act: Act, calendar_id: str) -> GroupCalendar:
    """Make this calendar the default. Does nothing if it is already.

    Raises Conflict for one that is being removed, or whose group was deleted at Microsoft.
    """
    with act.rows.write():
        chosen = store.calendar(act.rows, calendar_id)
        if chosen.is_retiring:
            raise Conflict(f"{chosen.name} is being removed. Keep it first.")
        watch = watch_store.watch(act.rows, calendar_id)
        if watch is not None and watch.gone_since is not None:
            raise Conflict(f"The group {chosen.name} was deleted at Microsoft. Choose another one.")
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

"""Knowledge of attendees about a meeting: their own copy, or the last mail to an outsider."""

from collections.abc import Collection
from typing import Any

from sandbox.calendars import instances, store, zones
from sandbox.calendars.instances import Instance
from sandbox.database import State
from sandbox.directory import store as people

Item = dict[str, Any]
TIMES = ("start", "end")
KNOWN = ("subject", "location", "recurrence", "isAllDay")


def differs(before: Item, after: Item, names: Collection[str]) -> bool:
    """Whether one of these members is another. The same time in another zone is not."""
    if any(zones.moment(before[n], n) != zones.moment(after[n], n) for n in TIMES if n in names):
        return True
    return any(before[name] != after[name] for name in names if name not in TIMES)


def is_old(state: State, meeting: Instance, address: str) -> bool:
    """Whether somebody has an older version of an organizer's event than the present one."""
    person, uid = people.owner_of(state, address), meeting.row["ical_uid"]
    copy = store.copy_of(state, uid, person["id"]) if person else None
    if copy is not None:
        return differs(instances.of_row(copy).item, meeting.item, (*TIMES, *KNOWN))
    last = state.row(
        "select starts_at, ends_at, subject, location from invitations where ical_uid = ?"
        " and lower(address) = lower(?) and kind in ('request', 'update')"
        " order by id desc limit 1",
        (uid, address),
    )
    return last != {
        "starts_at": store.stamp(meeting.starts_at),
        "ends_at": store.stamp(meeting.ends_at),
        "subject": meeting.item["subject"],
        "location": meeting.item["location"]["displayName"],
    }

"""Extended properties of events: those that clients set, and the recurrence of a series."""

import re
from collections.abc import Collection
from datetime import date

from sandbox.calendars import instances, recurrence_blob, store, zones
from sandbox.calendars.instances import CANCELLED, DATES, Instance
from sandbox.calendars.recurrence_blob import Series
from sandbox.database import State
from sandbox.mail import extended_properties
from sandbox.mail.extended_properties import Properties

SPACES = re.compile(r"\s+")
CALENDAR_TYPE = "_calendarType"
BLOB = recurrence_blob.ID.lower()


def shown(state: State, instance: Instance, wanted: Collection[str]) -> Properties:
    """List the wanted properties that an event has. Single events have no recurrence."""
    found = [one for one in extended_properties.stored(instance.row) if one["id"].lower() in wanted]
    is_given = any(one["id"].lower() == BLOB for one in found)
    if BLOB in wanted and not is_given and instance.kind == store.MASTER:
        blob = recurrence_blob.written(_series(state, instance))
        found.append({"id": recurrence_blob.ID, "value": blob})
    return found


def _series(state: State, instance: Instance) -> Series:
    """Describe a series as its blob does, in its own zone."""
    item = instance.item
    start, end = (zones.local_time(item[name], name)[0] for name in ("start", "end"))
    changed = []
    for row in store.exceptions(state, [instance.id])[instance.id]:
        one = instances.of_row(row)
        times = [zones.local_time(one.item[name], name)[0] for name in ("start", "end")]
        changed.append((date.fromisoformat(row["original_date"]), times[0], times[1]))
    return Series(
        recurrence=item["recurrence"] or _yearly(start.date(), len(item.get(DATES, ()))),
        starts_at=start,
        ends_at=end,
        calendar_type=item.get(CALENDAR_TYPE, 0),
        deleted=tuple(map(date.fromisoformat, item.get(CANCELLED, ()))),
        modified=tuple(changed),
    )


def _yearly(start: date, number: int) -> dict[str, dict[str, object]]:
    """Write the recurrence of a series that Graph has no words for."""
    return {
        "pattern": {
            "type": "absoluteYearly",
            "interval": 1,
            "month": start.month,
            "dayOfMonth": start.day,
        },
        "range": {
            "type": "numbered",
            "startDate": start.isoformat(),
            "endDate": "0001-01-01",
            "numberOfOccurrences": number,
        },
    }

"""The event resource of Graph.

https://learn.microsoft.com/graph/api/resources/event
"""

import base64
import hashlib
from datetime import date
from typing import Any
from urllib.parse import quote

from sandbox import quirks
from sandbox.calendars import store, zones
from sandbox.calendars.instances import CANCELLED, Instance
from sandbox.database import Row, State
from sandbox.mime.html_text import text_of

Item = dict[str, Any]

NO_TIME = "0001-01-01T00:00:00Z"
# The members that clients set, and their defaults.
EVENT: dict[str, Any] = {
    "categories": [],
    "originalStartTimeZone": "UTC",
    "originalEndTimeZone": "UTC",
    "reminderMinutesBeforeStart": 15,
    "isReminderOn": True,
    "hasAttachments": False,
    "subject": "",
    "importance": "normal",
    "sensitivity": "normal",
    "isAllDay": False,
    "isCancelled": False,
    "isOrganizer": True,
    "responseRequested": True,
    "showAs": "busy",
    "onlineMeetingUrl": None,
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
    "allowNewTimeProposals": True,
    "isDraft": False,
    "hideAttendees": False,
    "responseStatus": {"response": "none", "time": NO_TIME},
    "body": {"contentType": "html", "content": ""},
    "start": None,
    "end": None,
    "location": {"displayName": "", "locationType": "default", "uniqueIdType": "unknown",
                 "address": {}, "coordinates": {}},
    "locations": [],
    "recurrence": None,
    "attendees": [],
    "organizer": None,
    "onlineMeeting": None,
}  # fmt: skip  # an object to a line
# The members that follow from the row.
MADE = (
    "id", "createdDateTime", "lastModifiedDateTime", "changeKey", "transactionId", "iCalUId",
    "uid", "seriesMasterId", "type", "webLink", "bodyPreview", "occurrenceId",
)  # fmt: skip  # one to a line says no more
ON_REQUEST = ("cancelledOccurrences", "originalStart")
MEMBERS = (*MADE, *EVENT)
SELECTABLE = (*MEMBERS, *ON_REQUEST)
# The members that Calendars.ReadBasic hides.
TEXTS = frozenset({"body", "bodyPreview"})
PRIVATE = frozenset({"private", "confidential"})


def shown(
    state: State, instance: Instance, *, zone: str, as_text: bool = False, is_others: bool = False
) -> Item:
    """Build every selectable member. Another person sees of a private event when it is."""
    row, item = instance.row, {name: instance.item.get(name, EVENT[name]) for name in EVENT}
    if is_others and item["sensitivity"] in PRIVATE:
        item |= {name: EVENT[name] for name in ("location", "locations", "attendees", "body")}
        item["subject"] = "Private appointment"
    text = text_of(item["body"]["content"]).strip()
    if as_text:
        item["body"] = {"contentType": "text", "content": text}
    if instance.kind in (store.OCCURRENCE, store.EXCEPTION):
        item["recurrence"] = None
    key = change_key(row)
    return {
        "@odata.etag": f'W/"{key}"',
        "id": instance.id,
        "createdDateTime": row["created_at"],
        "lastModifiedDateTime": row["modified_at"],
        "changeKey": key,
        "transactionId": row["transaction_id"],
        "iCalUId": uid_of_day(row["ical_uid"], instance.day),
        "uid": row["ical_uid"],
        "seriesMasterId": _series_of(instance),
        "type": instance.kind,
        "webLink": "https://outlook.office365.com/owa/?itemid="
        f"{quote(instance.id)}&exvsurl=1&path=/calendar/item",
        "bodyPreview": text[:255],
        "occurrenceId": _occurrence_name(instance),
        **item,
        **_times(state, instance, zone),
        "cancelledOccurrences": _cancelled(instance),
        "originalStart": _original_start(instance),
    }


def _times(state: State, instance: Instance, zone: str) -> Item:
    item = instance.item
    if item["isAllDay"] and quirks.ALL_DAY_AT_MIDNIGHT.is_on(state):
        local = {name: zones.local_time(item[name], name)[0] for name in ("start", "end")}
        return {name: zones.written(moment, zone) for name, moment in local.items()}
    return {
        "start": zones.shown(instance.starts_at, zone),
        "end": zones.shown(instance.ends_at, zone),
    }


def _series_of(instance: Instance) -> str | None:
    if instance.kind == store.OCCURRENCE:
        return str(instance.row["id"])
    return instance.row["series_id"] or None


def _occurrence_name(instance: Instance) -> str | None:
    series = _series_of(instance)
    return f"OID.{series}.{instance.day}" if series and instance.day else None


def _cancelled(instance: Instance) -> list[str]:
    days = instance.item.get(CANCELLED, ()) if instance.kind == store.MASTER else ()
    return [f"OID.{instance.id}.{day}" for day in days]


def _original_start(instance: Instance) -> str | None:
    if instance.kind == store.OCCURRENCE:
        return store.stamp(instance.starts_at)
    return instance.item.get("_originalStart")


def change_key(row: Row) -> str:
    """Write 24 characters that change with each version of an event."""
    digest = hashlib.sha256(f"{row['id']} {row['version']}".encode()).digest()
    return base64.b64encode(digest[:16]).decode()


def ical_uid(identity: str) -> str:
    """Write a global object id: its class, no date, the creation time's place, and 16 bytes.

    [MS-OXOCAL] 2.2.1.27
    """
    return f"040000008200E00074C5B7101A82E00800000000{'0' * 32}10000000{identity}".upper()


def uid_of_day(uid: str, day: date | None) -> str:
    """Write the date of an occurrence into a global object id, so that occurrences differ."""
    if day is None or len(uid) < 40:
        return uid
    return f"{uid[:32]}{day.year:04X}{day.month:02X}{day.day:02X}{uid[40:]}"

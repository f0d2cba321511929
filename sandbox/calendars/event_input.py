"""Events as clients send them: each member checked, and spelled as Exchange keeps it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sandbox.calendars import recurrence, zones
from sandbox.calendars.event_resource import EVENT, NO_TIME
from sandbox.calendars.recurrence import invalid
from sandbox.errors import GraphError
from sandbox.mail import extended_properties

Item = dict[str, Any]

CHOICES = {
    "showAs": ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
    "sensitivity": ("normal", "personal", "private", "confidential"),
    "importance": ("low", "normal", "high"),
}
ATTENDEES = ("required", "optional", "resource")
RESPONSES = (
    "none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded",
)  # fmt: skip  # one to a line says no more
FLAGS = (
    "isAllDay", "isReminderOn", "responseRequested", "allowNewTimeProposals", "hideAttendees",
    "isOnlineMeeting",
)  # fmt: skip  # one to a line says no more
PLAIN = ("subject", "categories", "reminderMinutesBeforeStart", "onlineMeetingProvider")
# Exchange makes these: a client that sends them back changes nothing.
IGNORED = {
    "id", "createdDateTime", "lastModifiedDateTime", "changeKey", "iCalUId", "uid", "type",
    "seriesMasterId", "webLink", "bodyPreview", "occurrenceId", "hasAttachments", "isCancelled",
    "isOrganizer", "isDraft", "onlineMeeting", "onlineMeetingUrl", "organizer", "responseStatus",
    "originalStartTimeZone", "originalEndTimeZone", "originalStart",
}  # fmt: skip  # one to a line says no more
TAKEN_ELSEWHERE = {"transactionId", extended_properties.MEMBER}
DAY = timedelta(days=1)


def members(asked: Item) -> Item:
    """Read the members that a request sets. An unknown one is refused."""
    unknown = set(asked) - {*EVENT, *IGNORED, *TAKEN_ELSEWHERE}
    if unknown:
        raise GraphError(
            400,
            "RequestBodyRead",
            f"The property '{min(unknown)}' does not exist on type 'microsoft.graph.event'.",
        )
    given = {
        name: value
        for name, value in asked.items()
        if name not in IGNORED | TAKEN_ELSEWHERE and name != "recurrence"
    }
    found = {name: _read(name, value) for name, value in given.items()}
    if "location" in found and "locations" not in found:
        name = found["location"]["displayName"]
        found["locations"] = [found["location"]] if name else []
    return found


def _read(name: str, value: Any) -> Any:
    if name in CHOICES:
        return _choice(value, CHOICES[name], name)
    if name in FLAGS:
        return bool(value)
    if name in PLAIN:
        return EVENT[name] if value is None else value
    readers: dict[str, Callable[[Any], Any]] = {
        "body": _body,
        "start": lambda given: _time(given, "start"),
        "end": lambda given: _time(given, "end"),
        "location": _location,
        "locations": lambda given: [_location(one) for one in given or ()],
        "attendees": lambda given: [_attendee(one) for one in given or ()],
    }
    return readers[name](value)


def _choice(value: Any, known: tuple[str, ...], name: str) -> str:
    spelling = {word.lower(): word for word in known}
    if not isinstance(value, str) or value.lower() not in spelling:
        raise GraphError(
            400, "RequestBodyRead", f"Cannot convert the literal '{value}' to the type of {name}."
        )
    return spelling[value.lower()]


def _body(given: Any) -> Item:
    told = given if isinstance(given, dict) else {}
    text, kind = str(told.get("content") or ""), str(told.get("contentType") or "text").lower()
    page = text if kind == "html" else text.replace("\n", "<br>\r\n")
    is_whole = "<html" in page.lower()
    head = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    whole = page if is_whole else f"{head}</head><body>\r\n{page}\r\n</body></html>\r\n"
    return {"contentType": "html", "content": whole}


def _time(given: Any, name: str) -> zones.Moment:
    local, there = zones.local_time(given, name)
    return zones.written(local, there)


def _location(given: Any) -> Item:
    told = given if isinstance(given, dict) else {}
    name = str(told.get("displayName") or "")
    known = {"uniqueId": name, "uniqueIdType": "private"} if name else {"uniqueIdType": "unknown"}
    kept = ("address", "coordinates", "locationUri", "locationEmailAddress")
    return {
        "displayName": name,
        "locationType": told.get("locationType") or "default",
        **known,
        "address": {},
        "coordinates": {},
        **{member: told[member] for member in kept if told.get(member)},
    }


def _attendee(given: Any) -> Item:
    """Read an attendee. A new one has not answered; the caller keeps known answers."""
    told = (given or {}).get("emailAddress") if isinstance(given, dict) else None
    address = str((told or {}).get("address") or "").strip()
    if "@" not in address:
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    return {
        "type": _choice(given.get("type") or "required", ATTENDEES, "type"),
        "status": {"response": "none", "time": NO_TIME},
        "emailAddress": {"name": (told or {}).get("name") or address, "address": address},
    }


def complete(item: Item, asked: Item) -> Item:
    """Check the times of a whole event, and set what follows from them."""
    if not item.get("start") or not item.get("end"):
        raise invalid("start and end are required.")
    start, end = (zones.moment(item[name], name) for name in ("start", "end"))
    if end < start:
        raise invalid("The end of an event is before its start.")
    if item["isAllDay"]:
        _require_whole_days(item)
    zone = item["start"]["timeZone"]
    if "start" in asked or "end" in asked:
        item["originalStartTimeZone"] = zone
        item["originalEndTimeZone"] = item["end"]["timeZone"]
    if asked.get("recurrence"):
        day = zones.local_time(item["start"], "start")[0].date()
        item["recurrence"] = recurrence.checked(asked["recurrence"], start=day, zone=zone)
    elif "recurrence" in asked:
        item["recurrence"] = None
    return item


def _require_whole_days(item: Item) -> None:
    locals_ = [zones.local_time(item[name], name)[0] for name in ("start", "end")]
    if any(local.time().isoformat() != "00:00:00" for local in locals_):
        raise invalid("The start and end of an all-day event are set to midnight.")
    if locals_[1] - locals_[0] < DAY:
        raise invalid("The duration of an event marked as all day is at least 24 hours.")

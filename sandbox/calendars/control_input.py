"""Events as control describes them: short forms, and what no client of Graph can set."""

from datetime import UTC, date, datetime
from typing import Any

import orjson

from sandbox.calendars import (
    changes,
    event_input,
    event_resource,
    instances,
    properties,
    store,
    zones,
)
from sandbox.calendars import recurrence as rules
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State
from sandbox.errors import ControlRefused, GraphError
from sandbox.mail import extended_properties

Item = dict[str, Any]

# Members with a short form of their own, and those that Exchange alone sets.
SHORT = {
    "start", "end", "timeZone", "location", "isPrivate", "response", "organizer", "attendees",
    "isCancelled", "isDraft", "recurrence", "calendarType", "dates", "cancelledDates",
    "exceptions", "originalStartTimeZone", "iCalUId", extended_properties.MEMBER,
}  # fmt: skip  # one to a line says no more
# What Graph takes from a client too.
AS_IN_GRAPH = (
    "subject", "body", "showAs", "sensitivity", "importance", "isAllDay", "categories",
    "isOnlineMeeting", "hideAttendees",
)  # fmt: skip  # one to a line says no more
STATUS = event_input.CHOICES["showAs"]


def rows(state: State, owner: Owner, asked: Item) -> list[Row]:
    """Build an event that control describes: a row, and one for each exception of a series."""
    unknown = set(asked) - SHORT - set(AS_IN_GRAPH)
    if unknown:
        raise ControlRefused(f"An event has no {', '.join(sorted(unknown))}.")
    if str(asked.get("showAs", "busy")).lower() not in {name.lower() for name in STATUS}:
        raise ControlRefused(f"showAs is one of {', '.join(STATUS)}.")
    try:
        item = changed(_new(owner), asked)
        if zones.moment(item["end"], "end") < zones.moment(item["start"], "start"):
            raise ControlRefused("end comes after start.")
        facts = {"ical_uid": asked["iCalUId"]} if "iCalUId" in asked else {}
        told = extended_properties.of_message(asked)
        row = changes.new_row(state, owner.id, item, **facts)
        row["properties"] = orjson.dumps(told).decode()
        return [row, *(_exception(state, row, item, one) for one in asked.get("exceptions", ()))]
    except GraphError as error:
        raise ControlRefused(str(error)) from error


def _new(owner: Owner) -> Item:
    item: Item = orjson.loads(orjson.dumps(event_resource.EVENT))
    status = {"response": "organizer", "time": event_resource.NO_TIME}
    return item | {"organizer": owner.contact, "responseStatus": status}


def changed(item: Item, asked: Item) -> Item:
    """Set what control names of an event."""
    item = item | event_input.members({n: asked[n] for n in AS_IN_GRAPH if n in asked})
    item |= _times(item, asked)
    if "location" in asked:
        item |= event_input.members({"location": _named(asked["location"])})
    if "attendees" in asked:
        item |= event_input.members({"attendees": [_attendee(one) for one in asked["attendees"]]})
    if "organizer" in asked:
        item |= {"organizer": _attendee(asked["organizer"]), "isOrganizer": False}
        item["responseStatus"] = {"response": "notResponded", "time": event_resource.NO_TIME}
    item |= _privacy_and_answer(asked)
    for name in ("isCancelled", "isDraft"):
        item[name] = bool(asked.get(name, item[name]))
    return _with_series(item, asked)


def _times(item: Item, asked: Item) -> Item:
    found = {name: item.get(name) for name in ("start", "end")}
    zone = asked.get("timeZone", "UTC")
    for name in found:
        if name in asked:
            found[name] = told = _time(asked[name], zone)
            member = f"original{name.title()}TimeZone"
            item[member] = asked.get("originalStartTimeZone", told["timeZone"])
    if None in found.values():
        raise ControlRefused("start and end are times such as 2026-11-27T09:00:00Z.")
    return found


def _privacy_and_answer(asked: Item) -> Item:
    found: Item = {"sensitivity": "private"} if asked.get("isPrivate") else {}
    if "response" not in asked:
        return found
    if asked["response"] not in event_input.RESPONSES:
        raise ControlRefused(f"response is one of {', '.join(event_input.RESPONSES)}.")
    status = {"response": asked["response"], "time": event_resource.NO_TIME}
    return found | {"responseStatus": status, "isOrganizer": asked["response"] == "organizer"}


def _with_series(item: Item, asked: Item) -> Item:
    start = zones.local_time(item["start"], "start")[0].date()
    if asked.get("recurrence"):
        zone = item["start"]["timeZone"]
        item["recurrence"] = rules.checked(asked["recurrence"], start=start, zone=zone)
    if "dates" in asked:
        item[instances.DATES] = sorted(str(_date(one)) for one in asked["dates"])
    if "cancelledDates" in asked:
        item[instances.CANCELLED] = sorted(str(_date(one)) for one in asked["cancelledDates"])
    if "calendarType" in asked:
        item[properties.CALENDAR_TYPE] = int(asked["calendarType"])
    return item


def _exception(state: State, series: Row, item: Item, asked: Item) -> Row:
    """Build the exception of `date`. What it does not name is as in the series."""
    day = _date(asked.get("date"))
    original = instances.occurrence(series, item, day)
    own = {name: value for name, value in asked.items() if name != "date"}
    told = changed({**original.item, "recurrence": None}, own)
    for name in (instances.DATES, instances.CANCELLED):
        told.pop(name, None)
    return changes.new_row(
        state,
        series["owner"],
        told | {"_originalStart": store.stamp(original.starts_at)},
        id=original.id,
        kind=store.EXCEPTION,
        series_id=series["id"],
        original_date=str(day),
        ical_uid=series["ical_uid"],
    )


def _time(given: Any, zone: str) -> zones.Moment:
    """Read Graph's form, or a text. One without an offset is local time in `zone`."""
    if isinstance(given, dict):
        local, there = zones.local_time(given, "time")
        return zones.written(local, there)
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise ControlRefused("start and end are times such as 2026-11-27T09:00:00Z.") from error
    if moment.tzinfo is None:
        zones.zone(zone)
        return zones.written(moment, zone)
    return zones.shown(moment.astimezone(UTC), zone)


def _date(given: Any) -> date:
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise ControlRefused("A date is one such as 2026-11-27.") from error


def _named(given: Any) -> Item:
    return given if isinstance(given, dict) else {"displayName": str(given)}


def _attendee(given: Any) -> Item:
    return given if isinstance(given, dict) else {"emailAddress": {"address": given}}

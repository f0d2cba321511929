"""Changes to calendars: events added, changed, moved, deleted, each told to subscribers."""

import uuid
from datetime import date
from typing import Any

import orjson

from sandbox import subscriptions
from sandbox.calendars import event_input, event_resource, instances, recurrence, store, zones
from sandbox.calendars.instances import CANCELLED, Instance
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State
from sandbox.errors import GraphError
from sandbox.mail import extended_properties
from sandbox.meetings import history, teams

Item = dict[str, Any]
# The members of a series that do away with its exceptions.
PATTERN = ("start", "end", "isAllDay", "recurrence")


def new_row(state: State, owner: str, item: Item, **facts: Any) -> Row:
    """Build the row of a new event. Its identity and times follow from `facts` and the item."""
    identity = uuid.uuid4().hex
    now = state.now().strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    series = bool(item.get("recurrence") or item.get(instances.DATES))
    row = {
        "id": f"AAMkAEvent{identity}",
        "owner": owner,
        "kind": store.MASTER if series else store.SINGLE,
        "series_id": None,
        "original_date": None,
        "ical_uid": event_resource.ical_uid(identity),
        "item": "",
        "properties": "[]",
        "transaction_id": None,
        "version": 1,
        "created_at": now,
        "modified_at": now,
        "deleted_at": None,
        **facts,
    }
    return with_item(row, item)


def with_item(row: Row, item: Item) -> Row:
    """Set the item of a row, and the times between which it happens."""
    start, end = (zones.moment(item[name], name) for name in ("start", "end"))
    ends_at = _end_of_series(item) if row["kind"] == store.MASTER else store.stamp(end)
    return row | {
        "item": orjson.dumps(item).decode(),
        "starts_at": store.stamp(start),
        "ends_at": ends_at,
    }


def _end_of_series(item: Item) -> str:
    """Find when a series is over for certain: a day and its length after its last date."""
    if instances.DATES in item:
        last: date | None = max(map(date.fromisoformat, item[instances.DATES]))
    else:
        last = recurrence.last_date(item["recurrence"])
    if last is None or last.year == date.max.year:
        return store.NEVER
    at = instances.occurrence({"id": "", "kind": ""}, item, last)
    return store.stamp(at.ends_at + instances.WIDEST)


def touched(state: State, row: Row, item: Item) -> Row:
    """Set the item of a row as its next version, modified now."""
    now = state.now().strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    return with_item(row, item) | {"version": row["version"] + 1, "modified_at": now}


def create(state: State, owner: Owner, asked: Item) -> Row:
    """Add an event that a client sent to the calendar of its organizer."""
    item = orjson.loads(orjson.dumps(event_resource.EVENT)) | event_input.members(asked)
    item |= {
        "organizer": owner.contact,
        "responseStatus": {"response": "organizer", "time": event_resource.NO_TIME},
    }
    item |= teams.begun(state, owner.id, item) if item["isOnlineMeeting"] else teams.NONE
    item = event_input.complete(item, {**asked, "start": 1})
    properties = extended_properties.of_message(asked)
    row = new_row(
        state,
        owner.id,
        item,
        transaction_id=asked.get("transactionId"),
        properties=orjson.dumps(properties).decode(),
    )
    store.save(state, [row])
    announce(state, "created", row)
    return row


def item_after(state: State, found: Instance, asked: Item) -> Item:
    """Return the item that a change leaves. A new pattern ends all exceptions of a series."""
    given = event_input.members(asked)
    if "attendees" in given:
        _keep_answers(given["attendees"], found.item["attendees"])
    item = event_input.complete({**found.item, **given}, asked)
    item |= teams.kept(state, found.row["owner"], found.item, item, given)
    if found.kind == store.MASTER and any(name in asked for name in PATTERN):
        store.remove_exceptions(state, found.row["id"])
        item.pop(CANCELLED, None)
    return item


def save(
    state: State,
    found: Instance,
    item: Item,
    properties: extended_properties.Properties = (),  # type: ignore[assignment]  # never changed
) -> Instance:
    """Store the new item of an event, and tell subscribers. An occurrence becomes an exception."""
    if found.kind in (store.OCCURRENCE, store.EXCEPTION):
        changed = _exception(state, found, item)
    else:
        is_series = bool(item.get("recurrence") or item.get(instances.DATES))
        kind = store.MASTER if is_series else store.SINGLE
        changed = touched(state, found.row | {"kind": kind}, item)
    if properties:
        changed["properties"] = extended_properties.changed(found.row, properties)
    store.save(state, [changed])
    announce(state, "updated", changed)
    return instances.of_row(changed)


def _keep_answers(wanted: list[Item], present: list[Item]) -> None:
    """Keep the answers of attendees who stay."""
    known = {one["emailAddress"]["address"].lower(): one for one in present}
    for one in wanted:
        before = known.get(one["emailAddress"]["address"].lower(), {})
        one |= {name: before[name] for name in ("status", "proposedNewTime") if name in before}


def _exception(state: State, found: Instance, item: Item) -> Row:
    """Build the exception that an occurrence becomes, within the days of its neighbours."""
    series = _series_of(state, found)
    _require_between_neighbours(store.item_of(series), found, item)
    if found.kind == store.EXCEPTION:
        return touched(state, found.row, item)
    item.pop(CANCELLED, None)
    item.pop(instances.DATES, None)
    item |= {"recurrence": None, "_originalStart": store.stamp(found.starts_at)}
    return new_row(
        state,
        found.row["owner"],
        item,
        id=found.id,
        kind=store.EXCEPTION,
        series_id=series["id"],
        original_date=str(found.day),
        ical_uid=series["ical_uid"],
    )


def _series_of(state: State, found: Instance) -> Row:
    if found.kind == store.OCCURRENCE:
        return found.row
    series = store.event(state, found.row["owner"], found.row["series_id"])
    if series is None:
        raise GraphError(404, "ErrorItemNotFound", "The series of the occurrence is gone.")
    return series


def _require_between_neighbours(series: Item, found: Instance, item: Item) -> None:
    day = zones.local_time(item["start"], "start")[0].date()
    original = found.day or day
    around = list(instances.days(series, upto=original))[-2:]
    before = around[0] if len(around) == 2 else None
    upto = date.max if original.year > 9000 else original.replace(year=original.year + 8, day=1)
    after = next((one for one in instances.days(series, upto=upto) if one > original), None)
    if (before and day <= before) or (after and day >= after):
        raise GraphError(
            400,
            "ErrorOccurrenceCrossingBoundary",
            "Cannot modify the occurrence so that it crosses or overlaps an adjacent one.",
        )


def remove(state: State, found: Instance) -> None:
    """Delete an event. Of a series, one date goes, or all of it."""
    if found.kind in (store.OCCURRENCE, store.EXCEPTION):
        series = _series_of(state, found)
        item = store.item_of(series)
        item[CANCELLED] = sorted({*item.get(CANCELLED, ()), str(found.day)})
        if found.kind == store.EXCEPTION:
            state.execute("delete from events where id = ?", (found.id,))
        store.save(state, [touched(state, series, item)])
        announce(state, "updated", series)
    else:
        store.remove(state, found.row)
        announce(state, "deleted", found.row)


def meeting_of(state: State, found: Instance) -> Row:
    """Find the single event or the series that an event belongs to, as it is stored now."""
    identity = found.row["series_id"] or found.row["id"]
    return store.event(state, found.row["owner"], identity) or found.row


def announce(state: State, change: str, row: Row) -> None:
    """Record a change, and tell those who have subscribed to the calendar."""
    history.note(state, change, row)
    subscriptions.announce_event(
        state, change, oid=row["owner"], event_id=row["id"], etag=event_resource.change_key(row)
    )

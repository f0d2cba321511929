"""Control of Outlook for tests: JSON below /_sandbox/events, with the acts of its pages.

An event goes by its id, on whichever calendar it is. `?by=` names the person who acts, and
`?isSent=false` keeps it from the others.
"""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.calendars import instances, meetings, owners, store, zones
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import State, current_state
from sandbox.errors import ControlRefused, GraphError
from sandbox.meetings import forwards
from sandbox.outlook import edits

bp = Blueprint("outlook_control", __name__, url_prefix="/_sandbox/events/<event_id>")
PLAIN = ("subject", "isAllDay", "recurrence")
KNOWN = {*PLAIN, "start", "end", "place", "room", "add", "remove", "link"}


@bp.get("")
def read(event_id: str) -> Response:
    """Show an event as it is now, and the copies that others have. A deleted one is 404."""
    state = current_state()
    owner, found = _require(state, event_id)
    item = found.item
    row = found.row
    return jsonify(
        icalUid=row["ical_uid"],
        calendar=owner.address,
        copies={
            _address(state, copy["owner"]): _shown(instances.of_row(copy))
            for copy in store.copies(state, row)
        },
        attendees={
            one["emailAddress"]["address"]: one["status"]["response"] for one in item["attendees"]
        },
        **_shown(found),
    )


def _shown(found: Instance) -> dict[str, Any]:
    item = found.item
    return {
        "id": found.id,
        "start": store.stamp(found.starts_at),
        "end": store.stamp(found.ends_at),
        "type": found.kind,
        "place": item["location"]["displayName"],
        "joinUrl": (item["onlineMeeting"] or {}).get("joinUrl"),
        "response": item["responseStatus"]["response"],
        **{name: item[name] for name in ("subject", "isAllDay", "isCancelled", "isDraft")},
    }


def _address(state: State, identity: str) -> str:
    owner = owners.by_id(state, identity)
    return owner.address if owner else identity


def _require(state: State, event_id: str) -> tuple[Owner, Instance]:
    of_series = instances.OCCURRENCE_ID.fullmatch(event_id)
    stored = f"AAMkAEvent{of_series['series']}" if of_series else event_id
    row = state.row("select owner from events where id = ?", (stored,))
    owner = owners.by_id(state, row["owner"]) if row else None
    found = instances.find(state, owner.id, event_id) if owner else None
    if owner is None or found is None:
        raise ControlRefused("There is no such event.", 404)
    return owner, found


@bp.patch("")
def change(event_id: str) -> Response:
    """Change an event as its owner, or a member of the group, does in Outlook."""
    state, asked = current_state(), dict(request.get_json(force=True))
    if set(asked) - KNOWN:
        raise ControlRefused(f"Outlook cannot set {', '.join(sorted(set(asked) - KNOWN))}.")
    if asked.get("link", edits.DROP) not in edits.LINKS:
        raise ControlRefused(f"link is one of {', '.join(edits.LINKS)}.")
    owner, found = _require(state, event_id)
    try:
        wanted = _wanted(state, found.item, asked)
        edits.change(state, owner, found, wanted, is_sent=_is_sent(), link=asked.get("link"))
    except GraphError as error:
        raise ControlRefused(str(error)) from error
    return read(event_id)


def _wanted(state: State, item: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    wanted = {name: asked[name] for name in PLAIN if name in asked}
    wanted |= {name: _time(asked[name]) for name in ("start", "end") if name in asked}
    if "place" in asked:
        wanted["location"] = {"displayName": asked["place"]}
    if "room" in asked:
        wanted |= edits.with_room(state, item, asked["room"])
    if "add" in asked or "remove" in asked:
        before = item | {"attendees": wanted.get("attendees", item["attendees"])}
        lists = {name: asked.get(name, ()) for name in ("add", "remove")}
        wanted["attendees"] = edits.with_people(state, before, **lists)
    return wanted


def _time(text: str) -> zones.Moment:
    """Read a time with an offset, or a local one in UTC, as that of a whole day."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ControlRefused("A time is one such as 2026-11-27T09:00:00Z.") from error
    return zones.shown(
        moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC), "UTC"
    )


def _is_sent() -> bool:
    return request.args.get("isSent", "true") != "false"


@bp.delete("")
def remove(event_id: str) -> Response:
    """Delete an event. An organizer's is cancelled, and an attendee's declined, if that is sent."""
    state = current_state()
    owner, found = _require(state, event_id)
    comment = request.args.get("comment", "")
    meetings.drop(state, owner, found, comment=comment, is_sent=_is_sent())
    return jsonify(ok=True)


@bp.post("/forward")
def forward(event_id: str) -> Response:
    """Forward the invitation of an attendee's copy `to` a list of addresses."""
    state = current_state()
    owner, found = _require(state, event_id)
    if found.item["isOrganizer"]:
        raise ControlRefused("Only an attendee forwards an invitation.")
    to = [edits.attendee(state, address) for address in request.get_json(force=True)["to"]]
    forwards.forward(state, found.row, owner.address, to)
    return jsonify(ok=True)

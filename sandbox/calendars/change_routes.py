"""Changes to events below /me and /users/{id}, and the answers of attendees.

https://learn.microsoft.com/graph/api/user-post-events
"""

from typing import Any

from flask import Blueprint, Response, request

from sandbox import odata, quirks
from sandbox.access import needs
from sandbox.calendars import (
    copies,
    event_resource,
    event_view,
    instances,
    meetings,
    store,
    zones,
)
from sandbox.calendars.event_routes import owner_at
from sandbox.calendars.owners import Owner
from sandbox.database import Row, current_state
from sandbox.errors import GraphError
from sandbox.mailbox_paths import below_mailbox
from sandbox.meetings.store import Times

bp = Blueprint("calendar_changes", __name__, url_prefix="/v1.0")
WRITE = ("Calendars.ReadWrite",)
RESPONSES = {
    "accept": "accepted",
    "tentativelyAccept": "tentativelyAccepted",
    "decline": "declined",
}


@below_mailbox(bp, "events", "calendar/events", "calendars/<calendar_id>/events", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def add_event(user: str | None, calendar_id: str | None = None) -> Response:
    return add(owner_at(user, calendar_id))


@below_mailbox(bp, "events/<event_id>", "calendar/events/<event_id>", methods=("PATCH", "DELETE"))
@needs(delegated=WRITE, application=WRITE)
def change_event(user: str | None, event_id: str) -> Response:
    owner = owner_at(user)
    return (remove if request.method == "DELETE" else change)(owner, event_id)


@below_mailbox(
    bp, "events/<event_id>/cancel", "calendar/events/<event_id>/cancel", methods=("POST",)
)
@needs(delegated=WRITE, application=WRITE)
def cancel_event(user: str | None, event_id: str) -> Response:
    return cancel(owner_at(user), event_id)


@below_mailbox(
    bp, "events/<event_id>/<any(accept, tentativelyAccept, decline):verb>", methods=("POST",)
)
@needs(delegated=WRITE, application=WRITE)
def answer_meeting(user: str | None, event_id: str, verb: str) -> Response:
    found = event_view.require(owner_at(user), event_id)
    if found.item["isOrganizer"]:
        raise GraphError(
            400,
            "ErrorInvalidRequest",
            "Your request can't be completed. You can't respond to this meeting because you're the"
            " meeting organizer.",
        )
    asked, state = odata.json_body(), current_state()
    proposed = _proposed(found.item, asked) if verb != "accept" else None
    with state.write():
        copies.answer(
            state,
            found.row,
            RESPONSES[verb],
            is_sent=asked.get("sendResponse") is not False,
            keeps_declined=quirks.DECLINED_STAY.is_on(state),
            comment=str(asked.get("comment") or ""),
            proposed=proposed,
        )
    return Response(status=202)


def _proposed(item: dict[str, Any], asked: dict[str, Any]) -> Times | None:
    """Read the time that an answer proposes. The meeting must allow it, and the answer be sent."""
    given = asked.get("proposedNewTime")
    if not given:
        return None
    if not item["allowNewTimeProposals"] or asked.get("sendResponse") is False:
        raise GraphError(
            400, "ErrorInvalidRequest", "A new time cannot be proposed for this meeting."
        )
    start, end = (zones.moment(given.get(name), name) for name in ("start", "end"))
    return start, end


def add(owner: Owner, *, more: dict[str, Any] | None = None) -> Response:
    """Add an event. A repeated transactionId answers with the event that it made."""
    state, asked = current_state(), odata.json_body() | (more or {})
    event_view.wanted()
    known = asked.get("transactionId")
    row = store.of_transaction(state, owner.id, known) if known else None
    if row is None:
        row = meetings.add(state, owner, asked)
    found = instances.find(state, owner.id, row["id"])
    answer = event_view.one(owner, found or instances.of_row(row), status=201)
    answer.headers["Location"] = odata.context_address("").partition("$metadata")[0] + (
        f"{owner.path}/events('{row['id']}')"
    )
    return answer


def change(owner: Owner, event_id: str) -> Response:
    state, asked = current_state(), odata.json_body()
    found = event_view.require(owner, event_id)
    require_match(found.row)
    changed = meetings.change(state, owner, found, asked)
    return event_view.one(owner, changed)


def remove(owner: Owner, event_id: str) -> Response:
    """Delete an event. An organizer's also goes from the attendees, with a cancellation."""
    state, found = current_state(), event_view.require(owner, event_id)
    require_match(found.row)
    meetings.drop(state, owner, found)
    return Response(status=204)


def cancel(owner: Owner, event_id: str) -> Response:
    found = event_view.require(owner, event_id)
    if not found.item["isOrganizer"]:
        raise GraphError(
            400,
            "ErrorInvalidRequest",
            "Your request can't be completed. You need to be an organizer to cancel a meeting.",
        )
    comment = str(odata.json_body().get("comment") or "")
    meetings.drop(current_state(), owner, found, comment=comment)
    return Response(status=202)


def require_match(row: Row) -> None:
    """Refuse a change to an event that has another version than the client knows."""
    wanted = request.headers.get("If-Match", "*")
    if wanted not in ("*", f'W/"{event_resource.change_key(row)}"'):
        raise GraphError(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in"
            " the request does not match the current change key for the item.",
        )

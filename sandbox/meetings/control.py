"""Control of meetings: the record of their mail and the switches, as JSON below /_sandbox."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import quirks
from sandbox.calendars import copies
from sandbox.calendars import store as events
from sandbox.database import Row, State, current_state
from sandbox.directory import store as people
from sandbox.errors import ControlRefused
from sandbox.meetings import history, store, switches

bp = Blueprint("meetings_control", __name__, url_prefix="/_sandbox")
NAMES = {
    "ical_uid": "icalUid", "event_id": "eventId", "organizer_id": "organizerId",
    "organizer_address": "organizerAddress", "join_url": "joinUrl", "starts_at": "startsAt",
    "ends_at": "endsAt", "proposed_start": "proposedStart", "proposed_end": "proposedEnd",
}  # fmt: skip  # one to a line says no more


@bp.get("/invitations")
def invitations() -> Response:
    """List the mail of meetings in the order of sending. `address` and `icalUid` narrow it."""
    found = store.listed(
        current_state(),
        address=request.args.get("address"),
        ical_uid=request.args.get("icalUid"),
    )
    return jsonify(value=[_shown(row) for row in found])


def _shown(row: Row) -> dict[str, Any]:
    return {NAMES.get(name, name): value for name, value in row.items()}


@bp.delete("/invitations")
def forget_invitations() -> Response:
    store.forget(current_state())
    return jsonify(ok=True)


@bp.get("/event-history")
def event_history() -> Response:
    """List what became of events in its order. `icalUid` and `eventId` narrow it."""
    found = history.listed(
        current_state(),
        ical_uid=request.args.get("icalUid"),
        event_id=request.args.get("eventId"),
    )
    return jsonify(value=found)


@bp.delete("/event-history")
def forget_event_history() -> Response:
    history.forget(current_state())
    return jsonify(ok=True)


@bp.post("/invitations/answers")
def answer() -> Response:
    """Answer a meeting as an attendee, who may propose another time.

    Colleagues and rooms answer on their own copy, which they keep or lose by that. With
    `isSent` false, the organizer does not hear of it.
    """
    asked, state = request.get_json(force=True), current_state()
    response, address = asked.get("response"), str(asked.get("address"))
    if response not in store.ANSWERS:
        raise ControlRefused(f"response is one of {', '.join(store.ANSWERS)}.")
    is_sent = asked.get("isSent") is not False
    words: dict[str, Any] = {
        "comment": str(asked.get("comment") or ""),
        "proposed": _proposed(asked),
    }
    uid, owner = str(asked.get("icalUid")), people.owner_of(state, address)
    if owner is not None:
        is_known = _answer_copy(state, uid, owner, response, is_sent=is_sent, **words)
    elif is_sent:
        is_known = store.answer(state, uid, address, response, **words)
    else:
        is_known = store.organizers(state, uid) is not None
    if not is_known:
        raise ControlRefused("There is no such meeting.", 404)
    return jsonify(ok=True)


def _answer_copy(state: State, uid: str, owner: Row, response: str, **words: Any) -> bool:
    copy = events.copy_of(state, uid, owner["id"])
    if copy is None or events.item_of(copy)["isOrganizer"]:
        return False
    stays = quirks.DECLINED_STAY.is_on(state)
    with state.write():
        copies.answer(state, copy, response, keeps_declined=stays, **words)
    return True


def _proposed(asked: dict[str, Any]) -> store.Times | None:
    texts = [asked.get(name) for name in ("proposedStart", "proposedEnd")]
    if not any(texts):
        return None
    try:
        start, end = (datetime.fromisoformat(str(text)).astimezone(UTC) for text in texts)
    except ValueError as error:
        raise ControlRefused("A proposed time is one such as 2026-11-27T09:00:00Z.") from error
    return start, end


@bp.get("/meetings")
def present_switches() -> Response:
    return jsonify(switches.present(current_state()).as_json())


@bp.patch("/meetings")
def change_switches() -> Response:
    state = current_state()
    try:
        switches.change(state, dict(request.get_json(force=True)))
    except ValueError as error:
        raise ControlRefused(str(error)) from error
    return jsonify(switches.present(state).as_json())

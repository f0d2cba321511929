"""Control of calendars for tests: JSON below /_sandbox."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.calendars import store
from sandbox.calendars.schedule import DIGITS
from sandbox.database import Row, State, current_state
from sandbox.directory import store as people
from sandbox.directory.control import require_person
from sandbox.errors import ControlRefused

bp = Blueprint("calendars_control", __name__, url_prefix="/_sandbox")


@bp.post("/mailboxes/<reference>/events")
def add_event(reference: str) -> Response:
    """Add an event: start and end (ISO, UTC by default), subject, showAs, location, isPrivate."""
    state, asked = current_state(), request.get_json(force=True)
    owner = require_person(state, reference)
    if asked.get("showAs", "busy") not in DIGITS:
        raise ControlRefused(f"showAs is one of {', '.join(DIGITS)}.")
    try:
        times = {name: _time(asked[name]) for name in ("start", "end")}
    except (KeyError, TypeError, ValueError) as error:
        raise ControlRefused("start and end are times such as 2026-11-27T09:00:00Z.") from error
    if times["end"] <= times["start"]:
        raise ControlRefused("end comes after start.")
    return jsonify(_shown(store.add(state, owner["id"], {**asked, **times})))


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shown(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "start": row["starts_at"],
        "end": row["ends_at"],
        "subject": row["subject"],
        "showAs": row["show_as"],
        "location": row["location"],
        "isPrivate": bool(row["is_private"]),
    }


@bp.get("/mailboxes/<reference>/events")
def events(reference: str) -> Response:
    state: State = current_state()
    owner = require_person(state, reference)
    return jsonify(value=[_shown(row) for row in store.of_mailbox(state, owner["id"])])


@bp.delete("/mailboxes/<reference>/events/<event_id>")
def remove_event(reference: str, event_id: str) -> Response:
    state = current_state()
    owner = people.person(state, reference)
    if owner is None or not store.remove(state, owner["id"], event_id):
        raise ControlRefused("There is no such event.", 404)
    return jsonify(ok=True)

"""Control of throttling: JSON below /_sandbox. A group's mailbox goes by its name."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, request

from sandbox.calendars import owners
from sandbox.database import State, current_state
from sandbox.directory import store as people
from sandbox.errors import ControlRefused
from sandbox.groups import references
from sandbox.throttling import PLACES, THROTTLED, Places

bp = Blueprint("throttling_control", __name__, url_prefix="/_sandbox")


@bp.get("/concurrency")
def highest() -> Response:
    """Say how many requests an application had at one time at each mailbox, refused ones too."""
    state, places = current_state(), _places()
    with places.lock:
        found = sorted(places.highest.items())
    return jsonify(
        value=[
            {"application": client_id, "mailbox": _address(state, identity), "highest": number}
            for (client_id, identity), number in found
        ]
    )


@bp.delete("/concurrency")
def forget_highest() -> Response:
    places = _places()
    with places.lock:
        places.highest.clear()
    return jsonify(ok=True)


def _places() -> Places:
    found: Places = current_app.extensions[PLACES]
    return found


def _address(state: State, identity: str) -> str:
    owner = owners.by_id(state, identity)
    return owner.address if owner else identity


@bp.post("/mailboxes/<reference>/throttling")
def throttle(reference: str) -> Response:
    """Answer 429 at one mailbox for `seconds`, with `retryAfter` or without it."""
    state, asked = current_state(), request.get_json(force=True)
    seconds, wait = asked.get("seconds"), asked.get("retryAfter")
    if not isinstance(seconds, int | float) or not isinstance(wait, int | float | str | None):
        raise ControlRefused("seconds is a number, and retryAfter that of the header or null.")
    person = people.person(state, reference)
    found = person or references.group(state, reference)
    if found is None:
        raise ControlRefused(f"Nobody is called {reference}.", 404)
    until = (state.now() + timedelta(seconds=seconds)).isoformat()
    with state.write():
        known = state.setting(THROTTLED) or {}
        plan = {"until": until, "retryAfter": wait}
        state.set_setting(THROTTLED, known | {found["id"].lower(): plan})
    return jsonify(ok=True)

"""Control of rooms and room lists: JSON below /_sandbox."""

from flask import Blueprint, Response, jsonify, request

from sandbox.database import current_state
from sandbox.errors import ControlRefused
from sandbox.places import store

bp = Blueprint("places_control", __name__, url_prefix="/_sandbox")
KNOWN = {"emailAddress", "list", *store.ROOM}
MAX_AT_ONCE = 10_000


@bp.get("/rooms")
def listed() -> Response:
    return jsonify(value=store.rooms(current_state()))


@bp.post("/rooms")
def add_room() -> Response:
    """Add a room. Without an emailAddress it cannot be invited; `list` is a room list's address."""
    state, asked = current_state(), request.get_json(force=True)
    if set(asked) - KNOWN:
        raise ControlRefused(f"A room has no {sorted(set(asked) - KNOWN)}.")
    address = asked.get("emailAddress")
    if address and store.room(state, address):
        raise ControlRefused(f"There is a room {address} already.", 409)
    with state.write():
        return jsonify(store.add_room(state, asked, in_list=asked.get("list")))


@bp.post("/rooms/bulk")
def add_many() -> Response:
    """Add `count` rooms, named prefix1 onward, to `building` and `list`."""
    state, asked = current_state(), request.get_json(force=True)
    count, start = int(asked.get("count", 0)), int(asked.get("start", 1))
    if not 0 < count <= MAX_AT_ONCE:
        raise ControlRefused(f"count must be from 1 to {MAX_AT_ONCE}.")
    prefix, domain = asked.get("prefix", "room"), state.setting("domain")
    with state.write():
        for number in range(start, start + count):
            facts = {
                "displayName": f"{prefix.title()} {number}",
                "emailAddress": f"{prefix}{number}@{domain}",
                "building": asked.get("building"),
                "capacity": 2 + number % 12,
                "floorNumber": number % 5,
            }
            store.add_room(state, facts, in_list=asked.get("list"))
    return jsonify(created=count)


@bp.route("/rooms/<reference>", methods=["PATCH", "DELETE"])
def change_room(reference: str) -> Response:
    state = current_state()
    item = store.room(state, reference)
    if item is None:
        raise ControlRefused(f"No room is called {reference}.", 404)
    if request.method == "DELETE":
        with state.write():
            store.remove_room(state, item)
        return jsonify(ok=True)
    asked = request.get_json(force=True)
    if set(asked) - KNOWN:
        raise ControlRefused(f"A room has no {sorted(set(asked) - KNOWN)}.")
    with state.write():
        return jsonify(store.change_room(state, item, asked))


@bp.post("/roomlists")
def add_list() -> Response:
    """Add a room list: emailAddress, displayName, address, phone."""
    state, asked = current_state(), request.get_json(force=True)
    if not asked.get("emailAddress"):
        raise ControlRefused("A room list needs an emailAddress.")
    return jsonify(store.add_list(state, asked))

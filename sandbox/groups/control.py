"""Control of groups: JSON below /_sandbox."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.database import State, current_state
from sandbox.errors import ControlRefused
from sandbox.groups import references, resource, store

bp = Blueprint("groups_control", __name__, url_prefix="/_sandbox")
# Exchange and the directory derive these from other members.
DERIVED = {"mailEnabled", "mailNickname"}
KNOWN = {*resource.GROUP, *resource.FROM_EXCHANGE, "members"} - DERIVED


@bp.get("/groups")
def listed() -> Response:
    """List all groups with the ids of their direct members."""
    state = current_state()
    return jsonify(value=[_shown(state, item) for item in store.groups(state)])


@bp.post("/groups")
def add_group() -> Response:
    """Add a group: displayName, members as addresses, names or ids, and whatever differs."""
    state, asked = current_state(), _asked()
    name = asked.get("displayName")
    if not name or references.group(state, name):
        raise ControlRefused("displayName is missing or taken.")
    members = references.ids_of(state, asked.pop("members", ()))
    with state.write():
        return jsonify(_shown(state, store.add_group(state, asked, members)))


@bp.route("/groups/<reference>", methods=["PATCH", "DELETE"])
def change_group(reference: str) -> Response:
    """Change a group, found by id, address or name. `members` replaces all of them."""
    state = current_state()
    item = references.group(state, reference)
    if item is None:
        raise ControlRefused(f"No group is called {reference}.", 404)
    with state.write():
        if request.method == "DELETE":
            store.remove_group(state, item["id"])
            return jsonify(ok=True)
        asked = _asked()
        if "members" in asked:
            store.set_members(state, item["id"], references.ids_of(state, asked.pop("members")))
        changed = resource.with_address(item | asked)
        store.save_group(state, changed)
    return jsonify(_shown(state, changed))


def _asked() -> dict[str, Any]:
    asked = dict(request.get_json(force=True))
    if set(asked) - KNOWN:
        raise ControlRefused(f"Cannot set {sorted(set(asked) - KNOWN)} of a group.")
    return asked


def _shown(state: State, item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "members": store.direct_members(state, item["id"])}

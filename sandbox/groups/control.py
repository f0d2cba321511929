"""Control of groups: JSON below /_sandbox."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.database import State, current_state
from sandbox.errors import ControlRefused
from sandbox.groups import references, resource, store

bp = Blueprint("groups_control", __name__, url_prefix="/_sandbox")
# Exchange and the directory derive these from other members.
DERIVED = {"mailEnabled", "mailNickname"}
LISTS = ("members", "owners")
KNOWN = {*resource.GROUP, *resource.FROM_EXCHANGE, *resource.HIDDEN, *LISTS} - DERIVED
MAX_AT_ONCE = 5000
# The kinds of groups that are added in turn.
KINDS: tuple[dict[str, Any], ...] = (
    {"groupTypes": ["Unified"], "visibility": "Public", "resourceProvisioningOptions": ["Team"]},
    {"groupTypes": ["Unified"], "visibility": "Private"},
    {"securityEnabled": True},
    {"securityEnabled": True, "mail": True},
    {"mail": True},
)


@bp.get("/groups")
def listed() -> Response:
    """List all groups with the ids of their direct members."""
    state = current_state()
    return jsonify(value=[_shown(state, item) for item in store.groups(state)])


@bp.post("/groups")
def add_group() -> Response:
    """Add a group: displayName, members and owners by address, name or id, what differs."""
    state, asked = current_state(), _asked()
    name = asked.get("displayName")
    if not name or references.group(state, name):
        raise ControlRefused("displayName is missing or taken.")
    lists = _lists(state, asked)
    with state.write():
        item = store.add_group(state, asked, lists.get("members", []))
        store.set_owners(state, item["id"], lists.get("owners", []))
        return jsonify(_shown(state, item))


@bp.post("/groups/bulk")
def add_many() -> Response:
    """Add `count` groups of all kinds, named prefix1 onward, with these members."""
    state, asked = current_state(), dict(request.get_json(force=True))
    count, prefix = int(asked.get("count", 0)), str(asked.get("prefix", "Project "))
    if not 0 < count <= MAX_AT_ONCE:
        raise ControlRefused(f"count must be from 1 to {MAX_AT_ONCE}.")
    members, domain = references.ids_of(state, asked.get("members", ())), state.setting("domain")
    with state.write():
        for number in range(1, count + 1):
            name, kind = f"{prefix}{number}", dict(KINDS[number % len(KINDS)])
            if kind.get("mail") or "groupTypes" in kind:
                kind["mail"] = f"{name.lower().replace(' ', '-')}@{domain}"
            store.add_group(state, {"displayName": name, **kind}, members)
    return jsonify(created=count)


@bp.route("/groups/<reference>", methods=["PATCH", "DELETE"])
def change_group(reference: str) -> Response:
    """Change a group, found by id, address or name. A list replaces all who were in it."""
    state = current_state()
    item = references.group(state, reference)
    if item is None:
        raise ControlRefused(f"No group is called {reference}.", 404)
    with state.write():
        if request.method == "DELETE":
            store.remove_group(state, item["id"])
            return jsonify(ok=True)
        asked = _asked()
        lists = _lists(state, asked)
        if "members" in lists:
            store.set_members(state, item["id"], lists["members"])
        if "owners" in lists:
            store.set_owners(state, item["id"], lists["owners"])
        changed = resource.with_address(item | asked)
        store.save_group(state, changed)
    return jsonify(_shown(state, changed))


def _asked() -> dict[str, Any]:
    asked = dict(request.get_json(force=True))
    if set(asked) - KNOWN:
        raise ControlRefused(f"Cannot set {sorted(set(asked) - KNOWN)} of a group.")
    return asked


def _lists(state: State, asked: dict[str, Any]) -> dict[str, list[str]]:
    """Take the lists of people out of a request, as ids."""
    if asked.get(resource.SUBSCRIBERS) is not None:
        asked[resource.SUBSCRIBERS] = references.ids_of(state, asked[resource.SUBSCRIBERS])
    return {name: references.ids_of(state, asked.pop(name)) for name in LISTS if name in asked}


def _shown(state: State, item: dict[str, Any]) -> dict[str, Any]:
    return {
        **item,
        "members": store.direct_members(state, item["id"]),
        "owners": store.owners(state, item["id"]),
    }

"""Stored rooms and room lists. A room with an address also has a mailbox."""

import uuid
from typing import Any

import orjson

from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.mail import folders

SCHEMA = """
    create table if not exists rooms (
        position integer primary key autoincrement,
        id text not null unique,
        address text,
        list_address text,
        item text not null
    );
    create index if not exists rooms_by_address on rooms (lower(address));
    create table if not exists room_lists (
        address text primary key,
        item text not null
    )
"""
# The members of a room, and their defaults.
ROOM: dict[str, Any] = {
    "displayName": "Room",
    "address": None,
    "geoCoordinates": None,
    "phone": "",
    "nickname": "",
    "label": None,
    "capacity": None,
    "building": None,
    "floorNumber": None,
    "floorLabel": None,
    "isWheelChairAccessible": False,
    "bookingType": "standard",
    "tags": [],
    "audioDeviceName": None,
    "videoDeviceName": None,
    "displayDeviceName": None,
    "placeId": None,
    "parentId": None,
    "teamsEnabledState": "disabled",
}


def add_room(state: State, facts: dict[str, Any], *, in_list: str | None = None) -> Row:
    """Add a room. Without an `emailAddress` it cannot be invited."""
    address = facts.get("emailAddress")
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"room:{address or uuid.uuid4()}"))
    told = {name: facts.get(name, usual) for name, usual in ROOM.items()}
    item = {"id": identity, "emailAddress": address, **told, "placeId": identity}
    item["nickname"] = item["nickname"] or item["displayName"]
    state.execute(
        "insert into rooms (id, address, list_address, item) values (?, ?, ?, ?)",
        (identity, address, in_list, orjson.dumps(item).decode()),
    )
    if address and not directory.person(state, address):
        _add_mailbox(state, address, item["displayName"])
    return item


def _add_mailbox(state: State, address: str, name: str) -> None:
    """Add the disabled account that Exchange creates for each room."""
    row = directory.add_user(
        state, upn=address, display_name=name, account_enabled=False, purpose="room"
    )
    folders.create_mailbox(state, row["id"])


def add_list(state: State, facts: dict[str, Any]) -> Row:
    address = str(facts["emailAddress"])
    item = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"roomlist:{address}")),
        "displayName": facts.get("displayName", address),
        "emailAddress": address,
        "address": facts.get("address"),
        "geoCoordinates": None,
        "phone": facts.get("phone", ""),
    }
    state.execute(
        "insert into room_lists values (?, ?) on conflict (address) do update set"
        " item = excluded.item",
        (address, orjson.dumps(item).decode()),
    )
    return item


def rooms(state: State, *, in_list: str | None = None) -> list[dict[str, Any]]:
    rows = state.rows(
        "select item from rooms where :in_list is null or lower(list_address) = lower(:in_list)"
        " order by position",
        {"in_list": in_list},
    )
    return [orjson.loads(row["item"]) for row in rows]


def room_lists(state: State) -> list[dict[str, Any]]:
    rows = state.rows("select item from room_lists order by address")
    return [orjson.loads(row["item"]) for row in rows]


def room(state: State, reference: str) -> dict[str, Any] | None:
    """Find a room by id or address."""
    row = state.row(
        "select item from rooms where lower(id) = lower(:name) or lower(address) = lower(:name)",
        {"name": reference},
    )
    return orjson.loads(row["item"]) if row else None


def room_list(state: State, reference: str) -> dict[str, Any] | None:
    for item in room_lists(state):
        if reference.lower() in (item["id"], item["emailAddress"].lower()):
            return item
    return None


def change_room(state: State, item: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Change a room. `list` moves it to another room list; its account gets the same name."""
    in_list = changes.pop("list", ...)
    changed = item | changes
    state.execute(
        "update rooms set item = ?, address = ? where id = ?",
        (orjson.dumps(changed).decode(), changed["emailAddress"], item["id"]),
    )
    if in_list is not ...:
        state.execute("update rooms set list_address = ? where id = ?", (in_list, item["id"]))
    owner = item["emailAddress"] and directory.person(state, item["emailAddress"])
    if owner and "displayName" in changes:
        directory.change(state, owner["id"], {"display_name": changes["displayName"]})
    return changed


def remove_room(state: State, item: dict[str, Any]) -> None:
    state.execute("delete from rooms where id = ?", (item["id"],))
    owner = item["emailAddress"] and directory.person(state, item["emailAddress"])
    if owner:
        directory.purge(state, owner["id"])

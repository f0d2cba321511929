"""/places: the organization's rooms and room lists.

https://learn.microsoft.com/graph/api/place-list
"""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response

from sandbox import odata
from sandbox.access import needs
from sandbox.database import current_state
from sandbox.errors import item_not_found
from sandbox.places import store

bp = Blueprint("places", __name__, url_prefix="/v1.0")
READ = ("Place.Read.All", "Place.ReadWrite.All")
OPTIONS = {"$select", "$filter", "$top", "$skip", "$count"}
PAGE_SIZE = 100
ROOM_MEMBERS = ("id", "emailAddress", *store.ROOM)
LIST_MEMBERS = ("id", "emailAddress", "displayName", "address", "geoCoordinates", "phone")


@bp.get("/places/room")
@needs(delegated=READ, application=READ)
def rooms() -> Response:
    return _page(store.rooms(current_state()), ROOM_MEMBERS, "room", "places/microsoft.graph.room")


@bp.get("/places/roomList")
@needs(delegated=READ, application=READ)
def room_lists() -> Response:
    context = "places/microsoft.graph.roomList"
    return _page(store.room_lists(current_state()), LIST_MEMBERS, "roomList", context)


@bp.get("/places/<reference>/roomList/rooms")
@needs(delegated=READ, application=READ)
def rooms_of_list(reference: str) -> Response:
    """List a room list's rooms. Graph accepts its address here, not its id."""
    state = current_state()
    found = store.room_list(state, reference)
    if found is None or "@" not in reference:
        raise item_not_found()
    context = f"places('{quote(reference, safe='')}')/microsoft.graph.roomList/rooms"
    items = store.rooms(state, in_list=found["emailAddress"])
    return _page(items, ROOM_MEMBERS, "room", context)


@bp.get("/places/<reference>")
@needs(delegated=READ, application=READ)
def place(reference: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    state = current_state()
    item, kind = store.room(state, reference), "room"
    if item is None:
        item, kind = store.room_list(state, reference), "roomList"
    if item is None:
        raise item_not_found()
    names = odata.selected(item, kind=kind) or tuple(item)
    shown = {"@odata.type": f"#microsoft.graph.{kind}", **odata.project(item, names)}
    return odata.entity(shown, context="places/$entity")


def _page(
    items: list[dict[str, Any]], members: tuple[str, ...], kind: str, context: str
) -> Response:
    odata.refuse_unknown_options(OPTIONS)
    names = odata.selected(members, kind=kind)
    found = odata.filtered(items)
    return odata.page(
        [odata.project(item, names or members) for item in found],
        context=context + odata.selection(names),
        size=odata.top(default=PAGE_SIZE, limit=PAGE_SIZE),
        mark="$skip",
    )

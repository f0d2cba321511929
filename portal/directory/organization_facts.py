"""Facts that decide who is imported: verified domains and rooms."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.addresses import fold
from portal.graph.client import GraphClient
from portal.graph.errors import PermissionMissing
from portal.graph.paging import items


@dataclass(frozen=True)
class Facts:
    """Facts as addresses are compared. Empty if Microsoft does not tell.

    `shared` are object ids of mailboxes that an administrator marked as shared.
    """

    domains: frozenset[str]
    rooms: frozenset[str]
    shared: frozenset[str] = frozenset()


def rooms_from(graph: GraphClient) -> frozenset[str]:
    """The addresses of rooms. Without the permission, nobody is left out as a room.

    https://learn.microsoft.com/graph/api/place-list (Place.Read.All)
    """
    try:
        return frozenset(_rooms(graph))
    except PermissionMissing:
        return frozenset()


def _rooms(graph: GraphClient) -> Iterator[str]:
    path, query = "/places/microsoft.graph.room", {"$select": "id,emailAddress", "$top": "100"}
    for room in items(graph, path, query=query):
        address = fold(str(room.get("emailAddress") or ""))
        if address:
            yield address

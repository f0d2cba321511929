"""What of the organization decides who comes: its verified domains, and which entries are rooms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.graph.client import GraphClient
from portal.graph.errors import PermissionMissing, Unavailable
from portal.graph.paging import items, list_page


@dataclass(frozen=True)
class Facts:
    """In small letters; empty where Microsoft does not let us know."""

    domains: frozenset[str]
    rooms: frozenset[str]


def facts_from(graph: GraphClient) -> Facts:
    """Where a permission is missing, nobody is left out for what it would tell.

    https://learn.microsoft.com/graph/api/organization-list (Organization.Read.All)
    https://learn.microsoft.com/graph/api/place-list (Place.Read.All)
    """
    try:
        domains = _domains(graph.get("/organization", query={"$select": "id,verifiedDomains"}))
    except PermissionMissing:
        domains = frozenset()
    try:
        rooms = frozenset(_rooms(graph))
    except PermissionMissing:
        rooms = frozenset()
    return Facts(domains, rooms)


def _domains(answer: Mapping[str, Any]) -> frozenset[str]:
    first = next(iter(list_page(answer).items), {})
    names = {str(domain.get("name") or "").casefold() for domain in _objects(first)}
    if not names - {""}:
        raise Unavailable("Microsoft's answer does not name your organization's domains.")
    return frozenset(names - {""})


def _objects(tenant: Mapping[str, Any]) -> list[dict[str, Any]]:
    domains = tenant.get("verifiedDomains")
    listed = domains if isinstance(domains, list) else []
    return [domain for domain in listed if isinstance(domain, dict)]


def _rooms(graph: GraphClient) -> Iterator[str]:
    path, query = "/places/microsoft.graph.room", {"$select": "id,emailAddress", "$top": "100"}
    for room in items(graph, path, query=query):
        address = str(room.get("emailAddress") or "").casefold()
        if address:
            yield address

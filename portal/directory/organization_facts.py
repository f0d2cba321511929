"""Facts that decide who is imported: verified domains and rooms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.graph.client import GraphClient
from portal.graph.errors import PermissionMissing, Unavailable
from portal.graph.paging import items, list_page


@dataclass(frozen=True)
class Facts:
    """Facts in lower case. Empty if Microsoft does not tell.

    `shared` are object ids of mailboxes that an administrator marked as shared.
    """

    domains: frozenset[str]
    rooms: frozenset[str]
    shared: frozenset[str] = frozenset()


def facts_from(graph: GraphClient) -> Facts:
    """Read the facts. Without a permission, its facts leave nobody out.

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

"""Groups of Entra: search them, and read their members and addresses.

https://learn.microsoft.com/graph/api/group-list-transitivemembers
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from portal.addresses import fold
from portal.directory.models import FoundGroup
from portal.graph.client import GraphClient
from portal.graph.links import search_phrase, segment
from portal.graph.paging import items, pages

ON_A_PAGE = 20
SHOWN = "id,displayName,description"


@dataclass(frozen=True)
class Matches:
    """One page of the groups that a search found. `count` is of all, where Microsoft says it."""

    entries: tuple[dict[str, Any], ...]
    count: int | None
    has_more: bool


def search(graph: GraphClient, words: str, *, page: int) -> tuple[list[FoundGroup], bool]:
    """One page of the groups whose name has these words, and whether more follow."""
    found = matches(graph, search_phrase(f"displayName:{words}"), shown=SHOWN, page=page)
    return [_group(each) for each in found.entries], found.has_more


def matches(graph: GraphClient, search: str, *, shown: str, page: int) -> Matches:
    """One page of the groups that $search finds, however many there are."""
    start = (page - 1) * ON_A_PAGE
    query = {"$search": search, "$select": shown, "$count": "true", "$top": "100"}
    read = pages(replace(graph, is_eventual=True), "/groups", query=query)
    first = next(read)
    found = chain(first.items, chain.from_iterable(each.items for each in read))
    some = tuple(islice(found, start, start + ON_A_PAGE + 1))
    return Matches(some[:ON_A_PAGE], first.count, len(some) > ON_A_PAGE)


def group(graph: GraphClient, object_id: str) -> FoundGroup:
    return _group(graph.get(f"/groups/{segment(object_id)}", query={"$select": SHOWN}))


def members(graph: GraphClient, object_id: str) -> list[str]:
    """Object ids of the people in a group, also through groups within it.

    Empty for a group that hides its members from us.
    """
    path = f"/groups/{segment(object_id)}/transitiveMembers/microsoft.graph.user"
    query = {"$select": "id", "$count": "true", "$top": "999"}
    found = items(replace(graph, is_eventual=True), path, query=query)
    return sorted({str(each["id"]) for each in found})


def addresses(graph: GraphClient) -> frozenset[str]:
    """Every address of every group that has mail, as addresses are compared."""
    query = {"$filter": "mailEnabled eq true", "$select": "id,mail,proxyAddresses", "$top": "999"}
    found = (each for entry in items(graph, "/groups", query=query) for each in _addresses(entry))
    return frozenset(fold(each) for each in found if "@" in each)


def _addresses(entry: dict[str, object]) -> Iterator[str]:
    """Proxy addresses carry their kind: `SMTP:` is the primary one, `smtp:` another."""
    yield str(entry.get("mail") or "")
    proxies = entry.get("proxyAddresses")
    for proxy in proxies if isinstance(proxies, list) else ():
        kind, _, address = str(proxy).partition(":")
        if kind.casefold() == "smtp":
            yield address


def _group(entry: dict[str, object]) -> FoundGroup:
    name = str(entry.get("displayName") or entry["id"])
    return FoundGroup(str(entry["id"]), name, str(entry.get("description") or ""))

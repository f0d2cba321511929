"""Find a group at Microsoft, by words or by a reference, and say what else an id belongs to."""

from dataclasses import dataclass

from portal.directory import groups, jobs
from portal.directory import store as directory
from portal.errors import Invalid
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError
from portal.graph.links import search_phrase, segment
from portal.graph.paging import items
from portal.group_calendars import store
from portal.group_calendars.facts import KINDS, NAMES, found_group
from portal.group_calendars.models import FoundGroup
from portal.group_calendars.references import FIELD, Reference
from portal.services import Services

SHOWN = f"{NAMES},{KINDS}"
PERSON = (
    "{name} is a person or a shared mailbox, not a group. Paste the Object ID of a Microsoft 365 "
    "group."
)
UNKNOWN_ID = (
    "Your organization has no group with this Object ID. It may be deleted, or belong to another "
    "organization."
)
UNKNOWN_ADDRESS = "Your organization has no group with the address {address}."


@dataclass(frozen=True)
class Found:
    """One page of groups, the number of all where Microsoft says it, and whether more follow."""

    groups: tuple[FoundGroup, ...]
    count: int | None
    has_more: bool


def search(graph: GraphClient, words: str, *, page: int) -> Found:
    """One page of the groups whose name has these words, or whose address begins with them."""
    clauses = (search_phrase(f"{member}:{words}") for member in ("displayName", "mail"))
    found = groups.matches(graph, " OR ".join(clauses), shown=SHOWN, page=page)
    return Found(tuple(found_group(each) for each in found.entries), found.count, found.has_more)


def group(services: Services, graph: GraphClient, reference: Reference) -> FoundGroup:
    """The group that somebody named. Invalid says what it is instead, as far as that is known."""
    if reference.address:
        return _with_address(services, graph, reference.address)
    path = f"/groups/{segment(reference.group_id)}"
    try:
        return found_group(graph.get(path, query={"$select": SHOWN}))
    except Gone:
        raise Invalid(missing(services, reference.group_id), field=FIELD) from None


def missing(services: Services, group_id: str) -> str:
    """The reason why there is no group of this id."""
    name = _person(services, group_id)
    return PERSON.format(name=name) if name else UNKNOWN_ID


def _with_address(services: Services, graph: GraphClient, address: str) -> FoundGroup:
    text = address.replace("'", "''")
    for condition in (f"mail eq '{text}'", f"proxyAddresses/any(p:p eq 'smtp:{text}')"):
        query = {"$filter": condition, "$select": SHOWN}
        found = next(items(graph, "/groups", query=query), None)
        if found is not None:
            return found_group(found)
    is_person = bool(_person(services, address))
    sentence = PERSON.format(name=address) if is_person else UNKNOWN_ADDRESS.format(address=address)
    raise Invalid(sentence, field=FIELD)


def _person(services: Services, reference: str) -> str:
    """The name of a person or a mailbox with this id or address. Empty if none is known.

    The connection of an administrator may not read people, but what reads the directory may.
    """
    known = store.account_label(services.rows, reference) or directory.entry_label(
        services.rows, reference
    )
    return known or _asked(services, reference)


def _asked(services: Services, reference: str) -> str:
    try:
        graph, _ = jobs.speaker(services)
        path = f"/users/{segment(reference)}"
        found = graph.get(path, query={"$select": "id,displayName,userPrincipalName"})
    except GraphError:
        return ""
    return str(found.get("displayName") or found.get("userPrincipalName") or reference)

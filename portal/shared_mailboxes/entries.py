"""Find a shared mailbox at Microsoft, and tell it from people, rooms and groups."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from portal.addresses import fold
from portal.directory import jobs as directory
from portal.directory import organization_facts
from portal.directory import store as directory_store
from portal.directory.purposes import has_role, purpose
from portal.errors import Conflict, Invalid
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, MailboxFenced, MailboxMissing, NeedsReconnect
from portal.graph.links import segment
from portal.graph.paging import items
from portal.services import Services
from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import Entry, Kind, KnownBy

FIELDS = "id,displayName,mail,userPrincipalName,userType"
MOST_FOUND = 20
READS_GROUPS = {"GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"}
PURPOSES = {
    "shared": Kind.SHARED,
    "user": Kind.PERSON,
    "linked": Kind.PERSON,
    "room": Kind.ROOM,
    "equipment": Kind.ROOM,
}
NEEDS_DIRECTORY = (
    "Portal may not read your directory, so it finds no mailbox. Grant User.Read.All under "
    "Integrations, Microsoft 365."
)
OF_A_GROUP = (
    "Microsoft keeps a group's conversations where Portal cannot read them. Let a shared mailbox "
    "receive its mail, or give the group a rule that forwards to one."
)
REFUSALS = {
    Kind.PERSON: "{address} is a person's mailbox. Only that person decides what Portal reads.",
    Kind.ROOM: "{address} is a room or equipment, and has no conversations with candidates.",
    Kind.GROUP: "{address} is a group. " + OF_A_GROUP,
    Kind.GUEST: "{address} belongs to another organization, which alone can open it.",
    Kind.NO_MAILBOX: "{address} has no mailbox in Exchange Online, so there is no mail to read.",
    Kind.NOT_FOUND: "No mailbox of your organization has the address {address}. If it is a group: "
    + OF_A_GROUP,
}


def refusal(kind: Kind, address: str) -> Invalid:
    return Invalid(REFUSALS[kind].format(address=address), field="q")


def search(services: Services, words: str) -> list[Entry]:
    """Entries whose name or address begins with these words, or that have this address.

    Refuses an address that is a group's or nobody's.
    """
    graph, _ = _directory(services)
    text, has_address = words.replace("'", "''"), "@" in words
    wanted = _has_address(text) if has_address else _begins(text)
    query = {"$filter": wanted, "$select": FIELDS, "$top": str(MOST_FOUND)}
    found = [*islice(items(graph, "/users", query=query), MOST_FOUND)]
    if not found and has_address:
        raise refusal(_kind_of_missing(services, graph, text), words)
    return [_entry(services, each) for each in found]


def _directory(services: Services) -> tuple[GraphClient, str]:
    """The client that reads the directory: by consent, or by the one who authorized user sync."""
    try:
        return directory.speaker(services)
    except NeedsReconnect:
        raise Conflict(NEEDS_DIRECTORY) from None


def _begins(text: str) -> str:
    names = ("displayName", "mail", "userPrincipalName")
    return " or ".join(f"startswith({name},'{text}')" for name in names)


def _has_address(text: str) -> str:
    return (
        f"mail eq '{text}' or userPrincipalName eq '{text}' "
        f"or proxyAddresses/any(p:p eq 'smtp:{text}')"
    )


def _kind_of_missing(services: Services, graph: GraphClient, text: str) -> Kind:
    """A group, as far as the organization lets Portal read groups."""
    if not has_role(services.rows, READS_GROUPS):
        return Kind.NOT_FOUND
    query = {"$filter": f"mail eq '{text}'", "$select": "id"}
    is_group = next(items(graph, "/groups", query=query), None) is not None
    return Kind.GROUP if is_group else Kind.NOT_FOUND


def inspect(services: Services, object_id: str) -> Entry:
    """Read one entry and try to open its mailbox. Refuses all that is no shared mailbox."""
    graph, tenant_id = _directory(services)
    try:
        found = graph.get(f"/users/{segment(object_id)}", query={"$select": FIELDS})
    except Gone:
        raise refusal(Kind.NOT_FOUND, "you chose") from None
    entry = replace(_entry(services, found), tenant_id=tenant_id)
    entry = _tried(services, _with_purpose(services, _told_from_rooms(services, entry)))
    if entry.kind.is_refused:
        raise refusal(entry.kind, entry.address)
    return entry


def _entry(services: Services, found: Mapping[str, Any]) -> Entry:
    """The entry as far as the directory alone tells what it is.

    A blocked sign-in without a license may be a shared mailbox, a room, or a person who left.
    """
    object_id = str(found["id"])
    address = str(found.get("mail") or found.get("userPrincipalName") or "")
    bare = Entry(object_id, address, str(found.get("displayName") or address))
    added = store.mailbox_with(services.rows, object_id)
    if added is not None and added.is_enabled:
        return replace(bare, kind=Kind.ADDED)
    if str(found.get("userType") or "").lower() == "guest":
        return replace(bare, kind=Kind.GUEST)
    if store.person_with(services.rows, object_id) is not None:
        return replace(bare, kind=Kind.PERSON)
    if address.lower() in directory_store.rooms(services.rows):
        return replace(bare, kind=Kind.ROOM)
    if object_id in directory_store.shared_mailboxes(services.rows):
        return replace(bare, kind=Kind.SHARED, known_by=KnownBy.ADMIN)
    return bare


def _told_from_rooms(services: Services, entry: Entry) -> Entry:
    """Ask for rooms, where the organization allows it: user sync may not have read them yet."""
    if entry.kind.is_refused or not has_role(services.rows, {"Place.Read.All"}):
        return entry
    rooms = organization_facts.rooms_from(services.microsoft365.organization_client())
    return replace(entry, kind=Kind.ROOM) if fold(entry.address) in rooms else entry


def _with_purpose(services: Services, entry: Entry) -> Entry:
    """Ask Microsoft what the mailbox is for, where the organization allows to ask."""
    if entry.kind.is_refused:
        return entry
    if not has_role(services.rows, {"MailboxSettings.Read"}):
        return entry
    graph = services.microsoft365.organization_client()
    kind = PURPOSES.get(purpose(services.rows, graph, f"/users/{segment(entry.object_id)}"))
    if kind is None:
        return entry
    return replace(entry, kind=kind, known_by=KnownBy.MICROSOFT if kind is Kind.SHARED else None)


def _tried(services: Services, entry: Entry) -> Entry:
    """Whether the mailbox exists, and whether Exchange lets Portal open it.

    Without the organization's Mail.Read, only the member who will read it can tell.
    """
    if entry.kind.is_refused or not has_role(services.rows, {"Mail.Read"}):
        return entry
    graph = services.microsoft365.organization_client()
    path = f"/users/{segment(entry.object_id)}/mailFolders/inbox"
    try:
        graph.get(path, query={"$select": "id"})
    except MailboxFenced:
        return replace(entry, is_closed=True)
    except (MailboxMissing, Gone):
        return replace(entry, kind=Kind.NO_MAILBOX, known_by=None)
    return entry

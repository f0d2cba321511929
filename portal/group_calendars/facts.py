"""Read a group at Microsoft: what its directory and Exchange say, and who is in it.

https://learn.microsoft.com/graph/api/group-get
"""

from collections.abc import Mapping
from typing import Any

from portal.graph.client import GraphClient
from portal.graph.errors import Gone
from portal.graph.links import segment
from portal.graph.paging import items
from portal.group_calendars.models import DirectoryFacts, ExchangeFacts, FoundGroup, GroupKind

NAMES = "id,displayName,mail"
KINDS = "groupTypes,mailEnabled,securityEnabled"
IN_THE_DIRECTORY = f"{NAMES},{KINDS},visibility,resourceProvisioningOptions"
# Exchange answers these for one group alone, and only if they are named.
IN_EXCHANGE = f"{NAMES},hideFromAddressLists,allowExternalSenders"
ON_A_PAGE = "999"


def directory_facts(graph: GraphClient, group_id: str) -> DirectoryFacts:
    found = graph.get(_path(group_id), query={"$select": IN_THE_DIRECTORY})
    return DirectoryFacts(
        name=_text(found, "displayName"),
        address=_text(found, "mail"),
        kind=_kind(found),
        has_mail=found.get("mailEnabled") is True,
        is_security=found.get("securityEnabled") is True,
        visibility=_text(found, "visibility"),
        has_team="Team" in _list(found, "resourceProvisioningOptions"),
    )


def exchange_facts(graph: GraphClient, group_id: str) -> ExchangeFacts:
    found = graph.get(_path(group_id), query={"$select": IN_EXCHANGE})
    return ExchangeFacts(
        name=_text(found, "displayName"),
        address=_text(found, "mail"),
        is_hidden=_answer(found, "hideFromAddressLists"),
        takes_outside_mail=_answer(found, "allowExternalSenders"),
    )


def has_team(graph: GraphClient, group_id: str) -> bool:
    """Whether a group has a team. Its options may not name one that was made long ago."""
    try:
        graph.get(f"{_path(group_id)}/team", query={"$select": "id"})
    except Gone:
        return False
    return True


def is_in(graph: GraphClient, group_id: str, object_id: str) -> bool:
    """Whether a person is an owner or a member. An owner need not be a member."""
    return any(
        str(each["id"]).casefold() == object_id.casefold()
        for which in ("owners", "members")
        for each in items(
            graph, f"{_path(group_id)}/{which}", query={"$select": "id", "$top": ON_A_PAGE}
        )
    )


def found_group(entry: Mapping[str, Any]) -> FoundGroup:
    name = _text(entry, "displayName") or _text(entry, "mail") or str(entry["id"])
    return FoundGroup(str(entry["id"]), name, _text(entry, "mail"), _kind(entry))


def _path(group_id: str) -> str:
    return f"/groups/{segment(group_id)}"


def _kind(entry: Mapping[str, Any]) -> GroupKind:
    has_mail, is_security = entry.get("mailEnabled") is True, entry.get("securityEnabled") is True
    if "Unified" in _list(entry, "groupTypes"):
        return GroupKind.MICROSOFT_365
    if has_mail:
        return GroupKind.MAIL_ENABLED_SECURITY if is_security else GroupKind.DISTRIBUTION_LIST
    return GroupKind.SECURITY


def _text(entry: Mapping[str, Any], name: str) -> str:
    return str(entry.get(name) or "")


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    found = entry.get(name)
    return found if isinstance(found, list) else []


def _answer(entry: Mapping[str, Any], name: str) -> bool | None:
    found = entry.get(name)
    return found if isinstance(found, bool) else None

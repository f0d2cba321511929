"""The purpose of a mailbox as Microsoft names it, where the organization allows to ask.

https://learn.microsoft.com/graph/api/resources/mailboxsettings (userPurpose)
"""

from portal.graph.client import GraphClient
from portal.graph.errors import Gone, MailboxMissing, PermissionMissing
from portal.microsoft365 import consent_store
from portal.storage.rows import Rows

OF_PEOPLE = ("user", "linked")


def purpose(rows: Rows, graph: GraphClient, path: str) -> str:
    """The purpose of the mailbox below this path. Empty if it is unknown."""
    if not graph.is_app_only or not has_role(rows, {"MailboxSettings.Read"}):
        return ""
    try:
        said = graph.get(f"{path}/mailboxSettings/userPurpose").get("value")
    except (PermissionMissing, MailboxMissing, Gone):
        return ""
    nested = said.get("value") if isinstance(said, dict) else said
    return str(nested or "").lower()


def has_role(rows: Rows, roles: set[str]) -> bool:
    """Whether the organization granted one of these permissions."""
    given = consent_store.consent(rows)
    return given is not None and given.is_working and not roles.isdisjoint(given.roles)

"""Whether Portal may read groups, and where the missing permission is granted."""

from collections.abc import Iterable
from enum import StrEnum

from portal.microsoft365 import authorization_store, consent_store
from portal.microsoft365 import store as connections
from portal.microsoft365.permissions import Feature, is_covered, missing
from portal.storage.rows import Rows

# Any of them reads groups with their members and addresses.
# https://learn.microsoft.com/graph/api/group-list
SUFFICIENT = ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")


class GroupAccess(StrEnum):
    GRANTED = "granted"
    # User sync reads by it, and it lacks the permission.
    NOT_BY_CONSENT = "not_by_consent"
    NOT_BY_PERSON = "not_by_person"
    NOT_CONNECTED = "not_connected"

    @property
    def is_granted(self) -> bool:
        return self is GroupAccess.GRANTED

    @property
    def explanation(self) -> str:
        """Name what is missing, and how an administrator grants it."""
        return EXPLANATIONS[self]


EXPLANATIONS = {
    GroupAccess.GRANTED: "Portal may read groups and the people in them.",
    GroupAccess.NOT_BY_CONSENT: "Your organization's consent lacks GroupMember.Read.All. Register "
    "it as an application permission, then consent again.",
    GroupAccess.NOT_BY_PERSON: "Portal reads your directory as one person, whose authorization "
    "lacks GroupMember.Read.All. Authorize user sync again.",
    GroupAccess.NOT_CONNECTED: "Portal cannot read your directory yet. Connect the organization, "
    "or authorize user sync.",
}


def group_access(rows: Rows) -> GroupAccess:
    """Whether the access by which user sync reads also reads groups."""
    given = consent_store.consent(rows)
    if given and given.is_working and is_covered(Feature.USER_SYNC, given.roles):
        return GroupAccess.GRANTED if _reads(given.roles) else GroupAccess.NOT_BY_CONSENT
    user_id = authorization_store.authorized_by(rows)
    connection = connections.connection_of(rows, user_id) if user_id else None
    if connection is None or connection.is_lapsed:
        return GroupAccess.NOT_CONNECTED
    return GroupAccess.GRANTED if _reads(connection.scopes) else GroupAccess.NOT_BY_PERSON


def _reads(granted: Iterable[str]) -> bool:
    return len(missing(granted, SUFFICIENT)) < len(SUFFICIENT)

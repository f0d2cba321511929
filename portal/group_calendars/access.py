"""Whether a person's own connection opens group calendars, or what they still lack."""

from enum import StrEnum

from portal.microsoft365.permissions import Feature, missing_in
from portal.microsoft365.store import connection_of
from portal.storage.rows import Rows
from portal.users.models import User


class Lack(StrEnum):
    """A reason that keeps a person from group calendars. Connecting cures each of them."""

    NO_ACCOUNT = "no_account"
    NOT_CONNECTED = "not_connected"
    LAPSED = "lapsed"
    NOT_GRANTED = "not_granted"

    @property
    def explanation(self) -> str:
        return EXPLANATIONS[self]


WHY = (
    "Microsoft opens the calendar of a group only to its people, each with their own Microsoft "
    "account."
)
EXPLANATIONS = {
    Lack.NO_ACCOUNT: f"{WHY} You sign in to Portal with a password, and no Microsoft account is "
    "connected to it. Connect yours, or ask an administrator who has one to add the calendar.",
    Lack.NOT_CONNECTED: f"{WHY} Yours is not connected yet.",
    Lack.LAPSED: f"{WHY} Your connection has lapsed, so Portal cannot check a group.",
    Lack.NOT_GRANTED: f"{WHY} Your connection does not cover this yet: it lacks "
    "Group.ReadWrite.All. An administrator of your Microsoft 365 has to approve it.",
}


def lack(rows: Rows, user: User) -> Lack | None:
    """The thing that this person lacks to check and add a group calendar. None if nothing."""
    connection = connection_of(rows, user.id)
    if connection is None:
        return Lack.NO_ACCOUNT if user.is_local else Lack.NOT_CONNECTED
    if connection.is_lapsed:
        return Lack.LAPSED
    return Lack.NOT_GRANTED if missing_in(connection, (Feature.GROUP_CALENDARS,)) else None

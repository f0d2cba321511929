"""Whether one person may open group calendars, and how they get there."""

from dataclasses import dataclass

from portal.microsoft365 import status, store
from portal.microsoft365.models import FeatureState
from portal.microsoft365.permissions import Feature
from portal.storage.rows import Rows

# Of every sentence: why a connection of the person's own is needed.
WHY = (
    "Microsoft opens a group calendar only to a person's own connection with Group.ReadWrite.All, "
    "never by the organization's consent."
)
LOCAL = (
    f"{WHY} You sign in with a password of Portal, so Microsoft does not know you yet. Connect "
    "your own Microsoft account: your password stays, and you can sign in with Microsoft too."
)
UNCONNECTED = f"{WHY} Connect your account, then you come back to this page."
LAPSED = f"{WHY} Yours has ended. Reconnect, then you come back to this page."
UNGRANTED = (
    f"{WHY} Yours lacks it. Reconnect, then you come back to this page. What you granted before "
    "stays."
)
ADMINISTRATOR = (
    " An administrator of your Microsoft 365 has to approve it, once for everybody or as you "
    "connect."
)


@dataclass(frozen=True)
class SchedulingAccess:
    """One person's access to group calendars. Without it: why, and the button that asks for it."""

    can_schedule: bool
    title: str = ""
    sentence: str = ""
    button: str = ""


def scheduling_access(rows: Rows, user_id: str, *, is_configured: bool) -> SchedulingAccess:
    """Only reads our tables. Microsoft may still refuse a single calendar."""
    state = status.feature_state(rows, user_id, Feature.GROUP_CALENDARS)
    if state in (FeatureState.READY, FeatureState.WORKING, FeatureState.FAILING):
        return SchedulingAccess(can_schedule=True)
    hindrance = status.in_the_way(rows, is_configured=is_configured)
    if hindrance:
        return SchedulingAccess(False, "Nobody can connect Microsoft 365 now.", hindrance)
    if state is FeatureState.LAPSED:
        return _asks("Reconnect first.", LAPSED, "Reconnect")
    if state is FeatureState.MISSING:
        return _asks("Your connection lacks a permission.", UNGRANTED, "Reconnect")
    is_local = store.own_key(rows, user_id) is None
    return _asks("Connect first.", LOCAL if is_local else UNCONNECTED, "Connect with Microsoft 365")


def _asks(title: str, sentence: str, button: str) -> SchedulingAccess:
    return SchedulingAccess(False, title, sentence + ADMINISTRATOR, button)

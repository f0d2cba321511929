"""What keeps everybody from Microsoft 365 at the moment, in a sentence. Reads only our tables."""

from sqlite_utils import Database

from portal.storage import platforms
from portal.storage.platforms import Platform

GOOGLE = (
    "This portal works with Google Workspace, whose mail and calendars are not synced: email, "
    "calendars and Teams interviews are not available while it is on."
)
OFF = "Microsoft 365 is not enabled here. An administrator enables it under Integrations."
UNKNOWN = "An administrator of this portal has to register it with Microsoft first."


def in_the_way(db: Database, *, is_configured: bool) -> str:
    """Empty where people may connect."""
    if platforms.enabled(db) is None:
        return OFF
    return google_instead(db) or ("" if is_configured else UNKNOWN)


def google_instead(db: Database) -> str:
    """Empty unless Google Workspace is the platform."""
    return GOOGLE if platforms.enabled(db) is Platform.GOOGLE_WORKSPACE else ""

"""Add and read feed entries; other subjects write to a candidate's feed only through here."""

from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from sqlite_utils import Database

from portal import clock
from portal.candidates import feed_store as store
from portal.candidates.models import EmailEntry
from portal.storage.ids import new_id

# https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
OUTLOOK = {
    "outlook.office365.com",
    "outlook.office.com",
    "outlook.cloud.microsoft",
    "outlook.live.com",
    "outlook.office365.us",
    "outlook-dod.office365.us",
    "webmail.apps.mil",
    "partner.outlook.cn",
}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def add(
    db: Database,
    *,
    candidate_id: str,
    kind: Literal["email"],
    message_id: str,
    happened_at: datetime,
) -> bool:
    """Put a message into a feed; False when it is there already. Belongs inside write()."""
    return store.add_entry(
        db,
        entry_id=new_id(),
        candidate_id=candidate_id,
        kind=kind,
        message_id=message_id,
        happened_at=happened_at,
        created_at=clock.utc_now(),
    )


def remove_without_copy(db: Database) -> int:
    """Take away what no mailbox brought any more; how many entries. Belongs inside write()."""
    return store.delete_entries_without_copy(db)


def outlook_address(entry: EmailEntry, *, viewer: str, on_loopback: bool) -> str | None:
    """Where the viewer's own copy opens; colleagues' copies do not open for them.

    Only on Microsoft's hosts, or on this machine where the practice tenant runs.
    """
    links = (copy.web_link for copy in entry.copies if copy.user_id == viewer and not copy.is_gone)
    return next((link for link in links if _is_outlook(link, on_loopback=on_loopback)), None)


def _is_outlook(link: str, *, on_loopback: bool) -> bool:
    try:
        address = urlsplit(link)
        host = address.hostname or ""
    except ValueError:  # not an address at all
        return False
    if "@" in address.netloc:
        return False
    if on_loopback and host in LOOPBACK:
        return address.scheme in ("http", "https")
    return address.scheme == "https" and host in OUTLOOK

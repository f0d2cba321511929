"""The panel's own copies of an event, on the calendars that Portal may read."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import clock
from portal.errors import NotAllowed, PortalError
from portal.graph.errors import (
    Gone,
    MailboxMissing,
    NeedsReconnect,
    PermissionMissing,
    Refused,
    TokenRefused,
)
from portal.interviews.models import Attends, Event, Reply, Told
from portal.microsoft365.permissions import Feature
from portal.services import Services

# A calendar that Portal may not read tells nothing.
UNREADABLE = (
    Gone,
    MailboxMissing,
    NeedsReconnect,
    NotAllowed,
    PermissionMissing,
    Refused,
    TokenRefused,
)
REPLIES = {
    "organizer": Reply.ACCEPTED,
    "accepted": Reply.ACCEPTED,
    "tentativelyAccepted": Reply.TENTATIVE,
    "declined": Reply.DECLINED,
}
SELECTED = "id,iCalUId,start,end,responseStatus,isCancelled"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Copy:
    """The event on one person's own calendar, with the answer that stands on it."""

    starts_at: datetime
    ends_at: datetime
    reply: Reply = Reply.NONE

    @property
    def times(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.ends_at


# By user id. None: the calendar was read, and has no copy. Those that were not read are missing.
Copies = Mapping[str, Copy | None]


def read(services: Services, event: Event, told: Iterable[Told]) -> Copies:
    """Read the own copy of each person of the panel whose calendar is open to Portal."""
    found = {}
    for each in told:
        if each.role is not Attends.PANEL or each.user_id is None:
            continue
        try:
            graph = services.microsoft365.client_for(Feature.AVAILABILITY, each.user_id)
            query = {"$filter": f"iCalUId eq '{event.ical_uid}'", "$select": SELECTED}
            several = graph.get("events", query=query).get("value") or ()
            found[each.user_id] = _copy(several)
        except UNREADABLE as refusal:
            note_unreadable(each.user_id, refusal)
    return found


def note_unreadable(what: str, refusal: PortalError) -> None:
    log.info("no copy of %s could be read: %s", what, type(refusal).__name__)


def _copy(several: Iterable[dict[str, Any]]) -> Copy | None:
    """The copy that takes place. None also for one that was cancelled, or is garbled."""
    for each in several:
        if each.get("isCancelled"):
            continue
        try:
            start, end = (
                clock.moment(str(each[name]["dateTime"])).replace(microsecond=0)
                for name in ("start", "end")
            )
        except (KeyError, TypeError, ValueError):
            continue
        return Copy(start, end, reply_of(each.get("responseStatus")))
    return None


def reply_of(status: Mapping[str, Any] | None) -> Reply:
    return REPLIES.get(str((status or {}).get("response")), Reply.NONE)

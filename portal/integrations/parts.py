"""How each part of the organization's connection stands, in one line of the Microsoft 365 page.

Judges nothing itself: consent, causes, user sync and rooms are told by their own subjects.
"""

from collections.abc import Collection
from dataclasses import dataclass

from portal.alerts.models import Cause, Kind
from portal.calendars.overview import Overview as Rooms
from portal.directory.settings import UserSync
from portal.integrations.overview import Organization
from portal.wording import counted

PREVIEW = "/admin/integrations/microsoft-365/user-sync"


@dataclass(frozen=True)
class Part:
    """`kind` is the colour of the pill. `path` leads to what can be done, or is empty."""

    name: str
    state: str
    kind: str = ""
    path: str = ""


def in_a_line(
    stands: Organization,
    sync: UserSync,
    rooms: Rooms,
    causes: Collection[Cause],
    *,
    mailboxes: int,
) -> tuple[Part, ...]:
    """Consent, people, mail and rooms, in the order they are needed. `mailboxes` are synced."""
    return (
        _consent(stands),
        _people(sync, causes),
        _mail(causes, mailboxes),
        _rooms(rooms),
    )


def _consent(stands: Organization) -> Part:
    given, name = stands.consent, "Consent"
    if given is None:
        return Part(name, "Not given")
    if given.is_waiting:
        return Part(name, "Has not arrived yet", "warn")
    if given.is_lost:
        return Part(name, "Withdrawn", "bad")
    if given.failure:
        return Part(name, "Refused by Microsoft", "bad")
    if stands.missing:
        return Part(name, f"Lacks {counted(len(stands.missing), 'permission')}", "warn")
    return Part(name, "Given", "good")


def _people(sync: UserSync, causes: Collection[Cause]) -> Part:
    name, failed = "People", _of(causes, Kind.USER_SYNC)
    if sync.doubts:
        return Part(name, "Waits for your decision", "bad", PREVIEW)
    if failed:
        return Part(name, "Sync fails", "bad", failed.address)
    if not sync.directory.syncs_users:
        return Part(name, "Sync is off")
    if not sync.may_run:
        return Part(name, "Not synced")
    if sync.waits_for_import:
        return Part(name, f"{counted(sync.new, 'person')} to import", "warn", PREVIEW)
    if not sync.directory.last_success_at:
        return Part(name, "Being read")
    return Part(name, f"{counted(sync.coming, 'person')} synced", "good")


def _mail(causes: Collection[Cause], mailboxes: int) -> Part:
    name = "Email"
    for kind, state in ((Kind.SYNC, "Sync fails"), (Kind.CONNECTIONS, "Somebody has to reconnect")):
        cause = _of(causes, kind)
        if cause:
            return Part(name, state, "warn", cause.address)
    if not mailboxes:
        return Part(name, "No mailbox synced")
    return Part(name, f"{counted(mailboxes, 'mailbox')} synced", "good")


def _rooms(rooms: Rooms) -> Part:
    name, refresh = "Rooms", rooms.refresh
    if not rooms.access.can_list:
        return Part(name, "Cannot be read" if rooms.counts.known else "Not read")
    if refresh and refresh.failure:
        return Part(name, "Cannot be read", "warn", "#rooms")
    return Part(name, counted(rooms.counts.known, "room"), "good" if rooms.counts.known else "")


def _of(causes: Collection[Cause], kind: Kind) -> Cause | None:
    return next((each for each in causes if each.kind is kind), None)

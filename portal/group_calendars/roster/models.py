"""People who recruit and their access to a group calendar, and the state of its daily read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.microsoft365.permissions import Feature, missing, scopes_needed

REMINDED_FOR = timedelta(hours=24)


class Probe(StrEnum):
    """The outcome of a person's own read of the calendar. `waiting`: not read yet."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether a person can schedule, and if not, the first thing that is missing."""

    NOT_MEMBER = "not_member"
    NOT_CONNECTED = "not_connected"
    LAPSED = "lapsed"
    NOT_GRANTED = "not_granted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    READY = "ready"
    GROUP_DELETED = "group_deleted"

    @property
    def can_be_reminded(self) -> bool:
        """Whether the person's own next step is to connect or reconnect."""
        return self in (Status.NOT_CONNECTED, Status.LAPSED, Status.NOT_GRANTED)


@dataclass(frozen=True)
class Scheduler:
    """A person who recruits, with their access to one calendar as it was last read.

    `is_member` is None while it is not known.
    """

    user_id: str
    name: str
    address: str
    object_id: str | None
    connection_state: str | None
    scopes: str
    connected_at: datetime | None
    is_member: bool | None
    state: Probe
    reason: str
    checked_at: datetime | None
    used_at: datetime | None
    reminded_at: datetime | None
    reminder_id: str | None

    @property
    def lacks(self) -> tuple[str, ...]:
        """The permissions that are needed and were not granted."""
        return missing(self.scopes.split(), scopes_needed((Feature.GROUP_CALENDARS,)))

    @property
    def is_usable(self) -> bool:
        """Whether their connection works and has the permission."""
        return self.connection_state == "working" and not self.lacks

    @property
    def status(self) -> Status:
        """The status now. A change of the connection counts before the next read."""
        if self.is_member is False:
            return Status.NOT_MEMBER
        if self.connection_state is None:
            return Status.NOT_CONNECTED
        if self.connection_state != "working":
            return Status.LAPSED
        if self.lacks:
            return Status.NOT_GRANTED
        return self._by_probe()

    def _by_probe(self) -> Status:
        if self.checked_at is None or self.connected_at is None:
            return Status.WAITING
        if self.checked_at < self.connected_at:
            return Status.WAITING
        if self.state is Probe.READY and self.is_member is None:
            return Status.UNKNOWN
        return Status(self.state)

    def was_reminded_lately(self, now: datetime) -> bool:
        return self.reminded_at is not None and now - self.reminded_at < REMINDED_FOR


@dataclass(frozen=True)
class Watch:
    """The daily read of one calendar and its group.

    `missing_since`: Microsoft did not find the group once. `gone_since`: twice, at a distance.
    `write_refused_since`: a person was refused a write, and nobody has written since.
    """

    id: str
    due_at: datetime
    next_round_at: datetime
    round_started_at: datetime | None
    last_success_at: datetime | None
    failure: str | None
    failed_at: datetime | None
    is_throttled: bool
    unwatched_since: datetime | None
    failing_since: datetime | None
    missing_since: datetime | None
    gone_since: datetime | None
    renamed_from: str | None
    renamed_at: datetime | None
    write_refused_since: datetime | None = None

"""Rooms, the delegated room sync user, and the state of the room list."""

from dataclasses import dataclass
from datetime import datetime

from portal.wording import counted

NO_ADDRESS = "It has no email address, so nobody can ask when it is free, and it cannot be invited."


@dataclass(frozen=True)
class Room:
    """A meeting room as Microsoft describes it; `id` is Microsoft's."""

    id: str
    name: str
    address: str | None
    building: str = ""
    floor: str = ""
    capacity: int | None = None
    equipment: tuple[str, ...] = ()
    gone_at: datetime | None = None

    @property
    def left_out_because(self) -> str:
        return "" if self.address else NO_ADDRESS

    @property
    def place(self) -> str:
        """Building and floor in one line."""
        return ", ".join(part for part in (self.building, self.floor) if part)

    @property
    def seats(self) -> str:
        return "" if self.capacity is None else counted(self.capacity, "seat")


@dataclass(frozen=True)
class Refresh:
    """The state of reading the room list."""

    due_at: datetime
    claimed_until: datetime | None = None
    last_success_at: datetime | None = None
    first_empty_at: datetime | None = None
    failure: str | None = None
    failed_at: datetime | None = None

    def is_running(self, now: datetime) -> bool:
        return self.claimed_until is not None and self.claimed_until > now

    def is_due(self, now: datetime) -> bool:
        return self.due_at <= now


@dataclass(frozen=True)
class Person:
    """A person who may be the delegated room sync user."""

    id: str
    name: str
    address: str
    role: str
    is_enabled: bool = True

    @property
    def label(self) -> str:
        """The name in the audit log, with the address, since two people may share a name."""
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True)
class Delegate:
    """The delegated room sync user, as whom Portal reads rooms' free times."""

    person: Person
    chosen_by: str
    chosen_at: datetime


@dataclass(frozen=True)
class Counts:
    """Counts of rooms, of unusable ones and of those that are gone."""

    known: int
    without_address: int


@dataclass(frozen=True)
class Access:
    """Whether the room list and free times can be read now, or why not."""

    lists_because_not: str
    times_because_not: str

    @property
    def can_list(self) -> bool:
        return not self.lists_because_not

    @property
    def can_ask(self) -> bool:
        return not self.times_because_not

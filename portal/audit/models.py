"""Who acts, and what the audit log keeps of an act."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Actor:
    """A person at a page, or a program of ours."""

    id: str | None
    name: str
    peer: str | None = None
    request_id: str | None = None
    tenant_id: str | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        return cls(id=None, name=name)


@dataclass(frozen=True)
class Wanted:
    """Which entries somebody looks for; what is empty does not narrow. Days include both ends."""

    search: str = ""
    action: str = ""
    result: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Entry:
    """One act, as it is kept for good."""

    id: str
    at: datetime
    actor: Actor
    action: str
    target: str
    result: str
    old: str | None
    new: str | None

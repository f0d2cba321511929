"""Actors, and entries of the audit log."""

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
    """A filter of the audit log. Empty fields do not narrow it. Days include both ends."""

    search: str = ""
    action: str = ""
    result: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Entry:
    """One recorded act. Never changed."""

    id: str
    at: datetime
    actor: Actor
    action: str
    target: str
    result: str
    old: str | None
    new: str | None

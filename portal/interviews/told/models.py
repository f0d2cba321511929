"""A mail about a new time: how far it came, and the people whom one button tells."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.interviews.models import Told


class Fate(StrEnum):
    """How far a mail came. UNSURE: nobody can say whether it went out."""

    WAITS = "waits"
    SENT = "sent"
    UNSURE = "unsure"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {
            "waits": "The mail waits to go out",
            "sent": "The mail went out",
            "unsure": "Perhaps the mail went out",
            "failed": "The mail did not arrive",
        }[self]


@dataclass(frozen=True)
class Reached:
    """A person who may have the old time, and the address that a mail to them comes from.

    `lack` says why there is no such address now.
    """

    told: Told
    sender: str = ""
    lack: str = ""


@dataclass(frozen=True)
class Tell:
    """Those whom the button tells, those whom it cannot, and when copies are read again."""

    people: tuple[Reached, ...]
    others: tuple[Reached, ...]
    version: int
    reads_at: datetime | None = None

    @property
    def folded(self) -> str:
        """The people of the button in one field of a form."""
        return ",".join(each.told.folded for each in self.people)

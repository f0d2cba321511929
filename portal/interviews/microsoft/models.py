"""All that is known of one interview, and the one step that comes next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.interviews.models import Event, Home, Interview, Panelist, Role, Step, Told


class Do(StrEnum):
    """A step: one write to Microsoft with the reads that it needs, or one change of our rows."""

    PLAN = "plan"
    CREATE = "create"
    LINK = "link"
    INVITE = "invite"
    CHECK = "check"
    UPDATE = "update"
    CANCEL = "cancel"
    END = "end"
    SETTLE = "settle"
    DISCARD = "discard"
    GIVE_UP = "give_up"
    WRITE_BACK = "write_back"
    PROVE = "prove"
    COPIES = "copies"
    WAIT = "wait"
    NOTHING = "nothing"

    @property
    def may_fail_for_an_hour(self) -> bool:
        """Whether the interview itself waits for it. Proofs only tell how it went."""
        return self not in (Do.PROVE, Do.COPIES, Do.WRITE_BACK)


@dataclass(frozen=True)
class Known:
    """One interview as its rows have it. `events` are of all generations, the newest first.

    `to_write_back` are the events that somebody decided to put back as Portal wrote them.
    """

    interview: Interview
    panel: tuple[Panelist, ...]
    events: tuple[Event, ...]
    ledger: tuple[Told, ...]
    kind_name: str = ""
    to_write_back: tuple[str, ...] = ()

    def event(self, role: Role) -> Event | None:
        """The event of this role in the present generation."""
        return next((each for each in self.present if each.role is role), None)

    @property
    def present(self) -> tuple[Event, ...]:
        now = self.interview.generation
        return tuple(each for each in self.events if each.generation == now)

    @property
    def is_anybody_invited(self) -> bool:
        """Whether an event that people were invited to is still there."""
        return any(each.step is Step.INVITED for each in self.events)

    @property
    def is_on_group(self) -> bool:
        return self.interview.calendar is Home.GROUP


@dataclass(frozen=True)
class Next:
    """The step that comes next, and the event it is about. `at`: when to go on, after a wait."""

    do: Do
    event: Event | None = None
    at: datetime | None = None
    reason: str = ""

    @property
    def of(self) -> Event:
        if self.event is None:
            raise ValueError(f"{self.do} is about no event")
        return self.event


# A pause within a step, as for a Teams link that comes late.
Pause = Callable[[float], object]

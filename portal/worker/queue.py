"""A kind of work, declared once: which rows are due, what is done with one, how Jobs shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from portal.storage.claims import ALWAYS, Claim, Claims
from portal.storage.rows import Rows

# All threads of a worker. The long kinds together leave some of them free, so that new mail
# never waits for a first sync.
THREADS = 10


class HasRows(Protocol):
    """The least that work is given: Portal's services have more."""

    @property
    def rows(self) -> Rows: ...


S = TypeVar("S", bound=HasRows, contravariant=True)


@dataclass(frozen=True)
class Setback:
    """A failure. `waits` turns the number of failures in a row into a waiting time."""

    sentence: str
    waits: Callable[[int], timedelta]
    is_throttled: bool = False
    at_least: timedelta = timedelta(0)


@dataclass(frozen=True)
class Lane:
    """A share of a kind's rows. `at_once` limits one worker; a slice lets others have a turn."""

    at_once: int = 1
    slice_seconds: float = 3600.0
    which: str = ALWAYS


@dataclass(frozen=True)
class Part:
    """A part of the Jobs page, for one kind of work or several."""

    name: str
    title: str
    explanation: str
    nothing: str


ORGANIZATION = Part(
    "organization",
    "Organization",
    "The organization's consent, its people and its rooms.",
    "The organization as a whole is not connected.",
)


@dataclass(frozen=True)
class Note:
    """A warning that does not stop the work, as a number in SQL. 0 means none."""

    count: str
    says: Callable[[int], str]


@dataclass(frozen=True)
class Listing:
    """The Jobs page's view of a row: SQL over the row and its `joins`."""

    about: str
    stage: str
    joins: str = ""
    which: str = ALWAYS
    due_at: str = ""
    last_success_at: str = "null"
    off_because: str = "null"
    is_connected: str = "1"
    waits_for_consent: str = "0"
    order: str = ""


def _nothing_to_plan(_services: object, _now: datetime) -> bool:
    return True


def _nothing_to_note(_services: object, _claim: Claim, _sentence: str, _now: datetime) -> None:
    """The row itself says enough."""


@dataclass(frozen=True)
class WorkKind(Generic[S]):
    """A kind of work. `work` is told when to stop; what it raises is recorded on the row.

    `plan` adds rows that are missing, and is False while none can be worked on. `note_failure`
    tells others of a failure, in its transaction. `fixed_wait` follows every failure of a kind
    that does not slow down by and by.
    """

    name: str
    part: Part
    claims: Claims
    listing: Listing
    work: Callable[[S, Claim, Callable[[], bool]], None]
    lanes: tuple[Lane, ...] = (Lane(),)
    stages: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    plan: Callable[[S, datetime], bool] = _nothing_to_plan
    note_failure: Callable[[S, Claim, str, datetime], None] = _nothing_to_note
    fixed_wait: timedelta | None = None

    def claim(
        self, services: S, worker: str, *, now: datetime, which: str = ALWAYS
    ) -> Claim | None:
        if not self.plan(services, now):
            return None
        return self.claims.claim(services.rows, worker, now=now, which=which)

    def extend(self, services: S, claim: Claim, *, now: datetime) -> None:
        self.claims.fence.extend(services.rows, claim, now=now)

    def fail(self, services: S, claim: Claim, back: Setback, *, now: datetime) -> None:
        """Record a failure and when the row is due again. A lost claim is left alone."""
        is_throttled = back.is_throttled and self.fixed_wait is None
        with services.rows.write():
            is_ours = self.claims.fail(
                services.rows,
                claim,
                back.sentence,
                waits=self._waits(back),
                is_throttled=is_throttled,
                now=now,
            )
            if is_ours and not is_throttled:
                self.note_failure(services, claim, back.sentence, now)

    def _waits(self, back: Setback) -> Callable[[int], timedelta]:
        wait = self.fixed_wait
        return back.waits if wait is None else lambda _: max(wait, back.at_least)

    def make_due(self, rows: Rows, row_id: str, *, now: datetime) -> bool:
        """An administrator's "Try again". False for a row that the Jobs page does not show."""
        return self.claims.make_due(rows, row_id, which=self.listing.which, now=now)

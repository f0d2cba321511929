"""Work and workers as the Jobs page shows them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.services import Services

ALIVE = timedelta(seconds=30)
STALLED = timedelta(minutes=5)


@dataclass(frozen=True)
class Chore:
    """Something small that any worker may do, at most so often."""

    name: str
    seconds: float
    run: Callable[[Services, datetime], None]


class JobState(StrEnum):
    RUNNING = "Running"
    FAILED = "Failed"
    SLOWED = "Slowed by Microsoft"
    RECONNECT = "Needs a reconnect"
    CONSENT = "Waits for consent"
    OFF = "Off"
    DUE = "Due"
    SCHEDULED = "Scheduled"

    @property
    def colour(self) -> str:
        """As components/pill.html names them."""
        return COLOURS.get(self, "")


COLOURS = {
    JobState.RUNNING: "accent",
    JobState.FAILED: "bad",
    JobState.SLOWED: "warn",
    JobState.RECONNECT: "warn",
    JobState.CONSENT: "warn",
}


@dataclass(frozen=True)
class Job:
    """One row of work: its part of the page, how far it is, and what goes on in spite of it.

    `waits_for` is a sentence about the organization's consent while the row waits for it.
    """

    kind: str
    id: str
    about: str
    stage: str
    due_at: datetime | None
    claimed_by: str | None
    claimed_until: datetime | None
    last_success_at: datetime | None
    failure: str | None
    failed_at: datetime | None
    is_throttled: bool
    off_because: str | None
    is_connected: bool
    notes: tuple[str, ...]
    waits_for: str = ""

    def state(self, now: datetime) -> JobState:
        if self.off_because:
            return JobState.OFF
        if self.waits_for:
            return JobState.CONSENT
        if not self.is_connected:
            return JobState.RECONNECT
        if self.claimed_until is not None and self.claimed_until >= now:
            return JobState.RUNNING
        if self.is_throttled:
            return JobState.SLOWED
        if self.failure is not None:
            return JobState.FAILED
        return JobState.DUE if self.is_due(now) else JobState.SCHEDULED

    def is_due(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now

    @property
    def comes_up(self) -> bool:
        """Whether a worker will run it automatically."""
        return self._may_run and self.due_at is not None

    @property
    def _may_run(self) -> bool:
        return self.is_connected and not self.off_because and not self.waits_for

    def waits_for_a_worker(self, now: datetime) -> bool:
        """Also what failed or was slowed before: its waiting time is over."""
        return self.comes_up and self.is_due(now) and self.state(now) is not JobState.RUNNING

    def needs_attention(self, now: datetime) -> bool:
        """Whether it failed, waits for its person, or is slowed by Microsoft."""
        return self.state(now) in (JobState.FAILED, JobState.RECONNECT, JobState.SLOWED)

    @property
    def reason(self) -> str:
        """Why it stands where it stands, and what helps."""
        if self.off_because:
            return f"Off because {self.off_because}."
        if self.waits_for:
            return self.waits_for
        if not self.is_connected:
            return "The person has to connect or reconnect their Microsoft account."
        return self.failure or ""

    @property
    def can_be_tried(self) -> bool:
        return self._may_run and self.failure is not None

    def worker(self, now: datetime) -> str:
        """The worker's name, without the mark of the single claim."""
        is_running = self.state(now) is JobState.RUNNING
        return (self.claimed_by or "").partition("/")[0] if is_running else ""


@dataclass(frozen=True)
class Backlog:
    """Due work that no worker has claimed. `since` is when the oldest became due."""

    count: int
    since: datetime | None

    @classmethod
    def of(cls, jobs: Iterable[Job], now: datetime) -> "Backlog":
        due = [job.due_at for job in jobs if job.due_at and job.waits_for_a_worker(now)]
        return cls(len(due), min(due, default=None))

    def is_stalled(self, now: datetime) -> bool:
        """A worker takes up what is due within a second; after minutes nothing moves."""
        return self.since is not None and now - self.since > STALLED


@dataclass(frozen=True)
class WorkerRow:
    """A worker that reported in the last day."""

    id: str
    host: str
    seen_at: datetime

    def is_alive(self, now: datetime) -> bool:
        return now - self.seen_at <= ALIVE

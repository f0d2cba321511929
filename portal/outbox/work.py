"""A worker's hold on one sending mailbox, under which alone the state of its mail changes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from portal import clock
from portal.microsoft365.clients import Microsoft365
from portal.outbox import attempt_store, store
from portal.outbox.models import Ended, Mail, State
from portal.storage.claims import Claim
from portal.storage.rows import Rows

INTERRUPTED = "The worker was interrupted while it sent this."
FIRST_LOOK = timedelta(seconds=5)
SECOND_LOOK = timedelta(seconds=60)


@dataclass(frozen=True)
class Work:
    """`claim` is on the mailbox. Nothing is kept once it was lost."""

    rows: Rows = field(repr=False)
    microsoft365: Microsoft365 = field(repr=False)
    claim: Claim

    @property
    def through_id(self) -> str:
        return self.claim.row_id

    def save(self, changed: Mail, *, was: State) -> bool:
        """Save a mail. False if a person was faster."""
        with self.rows.write():
            self.renew()
            return store.save(self.rows, changed, was=was)

    def renew(self) -> None:
        """Belongs first in each transaction."""
        store.FENCE.renew(self.rows, self.claim, now=clock.utc_now())


def waits(mail: Mail, sentence: str, *, due_at: datetime, now: datetime) -> Mail:
    """A mail that could not go, with the reason and the time of the next try."""
    return replace(
        mail,
        state=State.WAITING,
        due_at=due_at,
        failure=sentence,
        failed_at=mail.failed_at if mail.failure else now,
    )


def refused(mail: Mail, sentence: str, *, now: datetime) -> Mail:
    return replace(
        mail,
        state=State.REFUSED,
        failure=sentence,
        failed_at=now,
        ended_at=now,
        is_throttled=False,
    )


def withdrawn(mail: Mail, sentence: str, *, now: datetime) -> Mail:
    return replace(
        mail, state=State.WITHDRAWN, failure=sentence, failed_at=now, ended_at=now, ended_by=None
    )


def was_unknown(rows: Rows, mail_id: str, *, before: int) -> bool:
    """Whether the answer to an earlier call was lost."""
    return any(
        each.number < before and each.outcome == Ended.UNKNOWN
        for each in store.attempts(rows, mail_id)
    )


def take_over(work: Work) -> None:
    """Find mail that a former worker was sending: it may or may not have made the call."""
    for mail in attempt_store.in_state(work.rows, work.through_id, [State.SENDING]):
        now = clock.utc_now()
        with work.rows.write():
            work.renew()
            attempt_store.end_attempt(work.rows, mail.id, mail.attempts, Ended.UNKNOWN, now=now)
            lost = unknown(work.rows, mail, INTERRUPTED, now=now)
            store.save(work.rows, lost, was=State.SENDING)


def unknown(rows: Rows, mail: Mail, sentence: str, *, now: datetime) -> Mail:
    """A mail whose answer was lost. The second time, only a person can tell."""
    again = was_unknown(rows, mail.id, before=mail.attempts)
    wait = SECOND_LOOK if again else FIRST_LOOK
    return replace(
        mail,
        state=State.ASKS if again else State.UNKNOWN,
        looks=0,
        failed_looks=0,
        due_at=now + wait,
        failure=sentence,
        failed_at=now,
        is_throttled=False,
    )

"""The limits of a sending mailbox: when the next mail may go."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.outbox import attempt_store as store
from portal.outbox.store import mailbox
from portal.storage.rows import Rows
from portal.wording import number

# Exchange takes 30 messages a minute and queues the rest, and 10,000 recipients a day.
MOST_ATTEMPTS = 25
WITHIN = timedelta(seconds=60)
MOST_RECIPIENTS = 9_000
DAY = timedelta(hours=24)
FULL = (
    f"{number(MOST_RECIPIENTS)} recipients got mail from this mailbox within 24 hours, which is "
    "as many as Portal sends to."
)


@dataclass(frozen=True)
class Hold:
    """A time before which a mail may not go, and why."""

    until: datetime
    sentence: str


def free_at(rows: Rows, through_id: str, *, now: datetime) -> datetime:
    """When the next call may be made: not while Microsoft asks to wait, and 25 a minute."""
    throttled = mailbox(rows, through_id).throttled_until
    times = store.times_of_attempts(rows, through_id, since=now - WITHIN)
    paced = times[-MOST_ATTEMPTS] + WITHIN if len(times) >= MOST_ATTEMPTS else now
    return max(now, paced, throttled or now)


def hold_for(rows: Rows, through_id: str, count: int, *, now: datetime) -> Hold | None:
    """The hold of a mail to so many recipients. None if it may go."""
    written = store.written_to(rows, through_id, since=now - DAY)
    over = sum(each for _, each in written) + count - MOST_RECIPIENTS
    if over <= 0:
        return None
    for at, each in written:
        over -= each
        if over <= 0:
            return Hold(at + DAY, FULL)
    return Hold(now + DAY, FULL)

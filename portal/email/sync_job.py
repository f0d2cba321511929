"""One claimed sync job: whose mailbox it reads, with which client, when it has to stop."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from portal import clock
from portal.email.models import Mailbox
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import (
    Gone,
    GraphError,
    MailboxMissing,
    NeedsReconnect,
    Throttled,
    TokenRefused,
    Unavailable,
)
from portal.storage.claims import Claim
from portal.storage.rows import Rows

# What these say should hold for every request to the mailbox.
ABOUT_MAILBOX = (MailboxMissing, TokenRefused)
# A request that every mailbox answers.
CONTROL = BatchRequest("control", "GET", "mailFolders/inbox?$select=id")


class Stopped(Exception):
    """The worker was asked to end. Everything saved so far holds."""


@dataclass(frozen=True)
class SyncJob:
    """`renew` raises ClaimLost when another worker has taken the job over."""

    rows: Rows
    graph: GraphClient = field(repr=False)
    new_client: Callable[[], GraphClient] = field(repr=False)
    claim: Claim
    mailbox: Mailbox
    renew: Callable[[Rows, Claim, datetime], None]
    should_stop: Callable[[], bool]

    def now(self) -> datetime:
        return clock.utc_now()

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[datetime]:
        """A transaction that begins by renewing the claim. Yields the time it began."""
        with self.rows.write(durable=durable):
            now = self.now()
            self.renew(self.rows, self.claim, now)
            yield now

    def require_running(self) -> None:
        """Stop between two pages, when everything that was begun is saved."""
        if self.should_stop():
            raise Stopped

    def require_answering(self, answers: Collection[BatchAnswer | GraphError]) -> None:
        """Raise the error of the mailbox. What fails for some parts alone belongs to those parts.

        Their status does not matter then. If every part failed, a harmless request tells whether
        the mailbox answers at all.
        """
        errors = [each for each in map(error_of, answers) if each is not None]
        if not errors or len(errors) < len(answers):
            return
        if throttled := next((each for each in errors if isinstance(each, Throttled)), None):
            raise throttled
        if self.graph.batch([CONTROL])[CONTROL.id].error() is not None:
            errors[0].is_of_mailbox = True
            raise errors[0]


def error_of(answer: BatchAnswer | GraphError) -> GraphError | None:
    """The refusal of a part. That a message is gone is an answer."""
    error = answer if isinstance(answer, GraphError) else answer.error()
    return None if isinstance(error, Gone) else error


def is_of_mailbox(error: GraphError) -> bool:
    """Whether an error of one request says that the others would fail too."""
    is_unreachable = isinstance(error, Unavailable) and not error.microsoft_status
    is_ended = isinstance(error, Throttled | NeedsReconnect)
    return error.is_of_mailbox or is_unreachable or is_ended

"""One claimed sync job: whose mailbox, with which client, when it stops, and what it counts."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal import clock
from portal.email import folder_store
from portal.email.models import Folder, Mailbox
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import (
    Gone,
    GraphError,
    MailboxMissing,
    NeedsReconnect,
    PermissionMissing,
    Throttled,
    TokenRefused,
    Unavailable,
)
from portal.storage.claims import Claim
from portal.storage.rows import Rows

# What these say should hold for every request to the mailbox.
ABOUT_MAILBOX = (MailboxMissing, PermissionMissing, TokenRefused)
# A request that every mailbox answers.
CONTROL = BatchRequest("control", "GET", "mailFolders/inbox?$select=id")


class Stopped(Exception):
    """The worker was asked to end. Everything saved so far holds."""


@dataclass(frozen=True)
class Counting:
    """The messages to count: from a time on, without the arrivals that a walk has told of."""

    begin: str = ""
    told_after: str = ""
    told_until: str = ""

    def counts(self, received: str) -> bool:
        return received >= self.begin and not self.was_told(received)

    def was_told(self, received: str) -> bool:
        return self.told_after < received <= self.told_until


COUNT_EVERYTHING = Counting()
COUNT_NOTHING = Counting(begin="9999")
# A message that arrived shortly before the last sync may have been read by it, or not.
OVERLAP = timedelta(minutes=5)


def find_nothing() -> None:
    """Look up no sent mail."""


@dataclass(frozen=True)
class SyncJob:
    """`renew` raises ClaimLost when another worker has taken the job over.

    `look_up` finds the copies of mail that is under way, before they are met as messages.
    """

    rows: Rows
    graph: GraphClient = field(repr=False)
    new_client: Callable[[], GraphClient] = field(repr=False)
    claim: Claim
    mailbox: Mailbox
    renew: Callable[[Rows, Claim, datetime], None]
    should_stop: Callable[[], bool]
    look_up: Callable[[], None] = find_nothing

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

    def counting_of(self, folder: Folder) -> Counting:
        """Count each message when it is first read, not when it is moved or told of again.

        What arrives while a folder is first read is often told by that reading and by the next one.
        https://learn.microsoft.com/graph/delta-query-overview
        """
        told = ("", "")
        if not folder.is_walking:
            told = folder_store.counted_arrivals(self.rows, self.mailbox.id, folder.graph_id)
        first = self.mailbox.first_sync_finished_at
        if first is None:
            return COUNT_NOTHING if folder.walks_again else Counting("", *told)
        return Counting(clock.text((self.mailbox.last_success_at or first) - OVERLAP), *told)


def error_of(answer: BatchAnswer | GraphError) -> GraphError | None:
    """The refusal of a part. That a message is gone is an answer."""
    error = answer if isinstance(answer, GraphError) else answer.error()
    return None if isinstance(error, Gone) else error


def is_of_mailbox(error: GraphError) -> bool:
    """Whether an error of one request says that the others would fail too."""
    is_unreachable = isinstance(error, Unavailable) and not error.microsoft_status
    is_ended = isinstance(error, Throttled | NeedsReconnect)
    return error.is_of_mailbox or is_unreachable or is_ended

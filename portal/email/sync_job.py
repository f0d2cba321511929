"""One claimed sync job: whose mailbox it reads, with which client, when it has to stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from portal import clock
from portal.email.models import Mailbox
from portal.graph.client import GraphClient
from portal.storage.claims import Claim
from portal.storage.rows import Rows


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

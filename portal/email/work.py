"""One claimed piece of sync work: whose it is, with what it is done, and when it has to stop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from portal import clock
from portal.email import bodies, intake, message_store, store
from portal.email.intake import Counts, Looked
from portal.email.models import Mailbox
from portal.graph.client import GraphClient
from portal.graph.paging import Page
from portal.storage.claims import Claim
from portal.storage.rows import Rows

NOTHING_COUNTS = "9999"


class Stopped(Exception):
    """The worker was asked to end; what was saved so far holds."""


@dataclass(frozen=True)
class Work:
    """`renew` goes first in each transaction; it raises ClaimLost when the work is not ours now."""

    rows: Rows
    graph: GraphClient = field(repr=False)
    reader: Callable[[], GraphClient] = field(repr=False)
    claim: Claim
    mailbox: Mailbox
    renew: Callable[[Rows, Claim, datetime], None]
    should_stop: Callable[[], bool]

    def now(self) -> datetime:
        return clock.utc_now()

    def check(self) -> None:
        """Between two pages: everything that was begun is saved."""
        if self.should_stop():
            raise Stopped


@dataclass(frozen=True)
class Taken:
    """What came of one page: how many copies are new, and how many messages were looked at."""

    looked: int
    kept: int


def take(
    work: Work,
    page: Page,
    *,
    within: frozenset[str] | None = None,
    counted_from: str = "",
    with_page: Callable[[Taken, datetime], None],
) -> Taken:
    """Keep the matches of one page, and whatever `with_page` saves, in one transaction.

    Nothing is held open in the database while Microsoft is asked for the texts.
    """
    looked = intake.look(
        work.rows,
        work.mailbox,
        page.items,
        within=within,
        counted_from=counted_from,
    )
    found, missing = bodies.fetch(work.graph, looked.to_fetch, failures=work.mailbox.failure_count)
    counts = looked.left_out + (Counts() if counted_from == NOTHING_COUNTS else missing)
    with work.rows.write(durable=False):
        now = work.now()
        work.renew(work.rows, work.claim, now)
        kept = intake.keep(work.rows, work.mailbox, [*found, *looked.here_already], now=now)
        _save_counts(work.rows, work.mailbox.id, looked, counts, now)
        taken = Taken(looked.looked, kept)
        with_page(taken, now)
    return taken


def _save_counts(
    rows: Rows, mailbox_id: str, looked: Looked, counts: Counts, now: datetime
) -> None:
    if counts:
        store.add_left_out(rows, mailbox_id, counts)
    if looked.seen_aliases:
        store.save_aliases_seen(rows, looked.seen_aliases, now=now)


def mark_removed(rows: Rows, mailbox_id: str, folder_id: str, page: Page, now: datetime) -> None:
    if page.removed_ids:
        message_store.mark_gone(rows, mailbox_id, folder_id, page.removed_ids, now=now)

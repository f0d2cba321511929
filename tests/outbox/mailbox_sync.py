"""Sync a mailbox of the office as a worker does."""

from portal import clock
from portal.email import jobs
from tests.email.environment import never
from tests.outbox.office import Office
from tests.support.raw_rows import raw


def sync(office: Office, account_id: str) -> None:
    services = office.env.services
    raw(office.env.rows).execute(
        "update mailboxes set due_at = '2026-01-01T00:00:00Z', folders_cursor = null "
        "where user_id = ?",
        [account_id],
    )
    claim = jobs.MAILBOXES.claim(services, "test", now=clock.utc_now())
    while claim is not None:
        jobs.MAILBOXES.work(services, claim, never)
        claim = jobs.MAILBOXES.claim(services, "test", now=clock.utc_now())

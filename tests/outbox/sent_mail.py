"""Mail in the outbox in any state, with its feed entries, as the queue would have added it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from portal.addresses import fold
from portal.candidates import feed
from portal.outbox import store
from portal.outbox.models import (
    FEED_KIND,
    Field,
    File,
    Mail,
    Queued,
    Recipient,
    State,
)
from portal.storage.rows import Rows
from tests.outbox import mails
from tests.outbox.mails import TALENT

ROSA = "rosa.ortega@mail.example"
SENT = (State.ACCEPTED, State.SEEN)


def mail(mail_id: str, *, now: datetime, **changes: Any) -> Mail:
    """A mail from Priya to Rosa that was queued a minute ago."""
    usual = {"subject": "Your interview"}
    return mails.from_priya(mail_id, at=now - timedelta(minutes=1), **usual | changes)


def seen(mail_id: str, *, now: datetime, **changes: Any) -> Mail:
    """A mail whose copy was found in Sent Items."""
    at = now - timedelta(seconds=30)
    usual = {
        "state": State.SEEN,
        "attempts": 1,
        "handed_at": at,
        "accepted_at": at,
        "seen_at": now,
        "graph_id": f"copy-{mail_id}",
        "internet_message_id": f"<{mail_id}@northwind.example>",
        "from_seen": TALENT,
        "sender_seen": TALENT,
        "copies_found": 1,
    }
    return mail(mail_id, now=now, **usual | changes)


def recipient(address: str, candidate_id: str | None = None, **changes: Any) -> Recipient:
    usual = Recipient(address, fold(address), "", Field.TO, candidate_id)
    return replace(usual, **changes)


def file(name: str, *, content: str | None = "aGVsbG8=") -> File:
    return File(f"file-{name}", name, "application/pdf", 5, content)


def keep(
    rows: Rows,
    meant: Mail,
    *,
    recipients: tuple[Recipient, ...] = (recipient(ROSA, "rosa"),),
    files: tuple[File, ...] = (),
) -> Mail:
    """Store a mail with the entries of its candidates."""
    named = (meant.candidate_id, *(each.candidate_id for each in recipients))
    candidates = {each for each in named if each}
    with rows.write():
        if meant.through_id:
            store.make_due(rows, meant.through_id, at=meant.due_at)
        store.add(rows, Queued(meant, recipients, files))
        entries = [(each, meant.id, meant.created_at) for each in sorted(candidates)]
        feed.add_all(rows, entries, kind=FEED_KIND, now=meant.created_at)
    return store.mail(rows, meant.id)

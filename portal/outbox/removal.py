"""Remove sent mail: with its candidate, by “Never sync”, and with addresses that were removed."""

from collections.abc import Collection
from datetime import datetime

from portal.addresses import fold, stands_for
from portal.candidates import feed
from portal.candidates.models import Candidate
from portal.outbox import removal_store as store
from portal.outbox.models import FEED_KIND
from portal.privacy.models import Entry, never_sync
from portal.storage.rows import Rows


def forget_candidate(rows: Rows, candidate_id: str, *, now: datetime) -> int:
    """End mail to a candidate, and remove mail that is in no other feed.

    Waiting mail does not go out, and mail that may have gone out is never tried again. Belongs
    inside the write() that deletes the candidate, before it. Returns how many mails without a
    synced copy were removed.
    """
    store.end_of_candidate(rows, candidate_id, failure="The candidate was deleted.", now=now)
    return remove(rows, store.only_in_feed_of(rows, candidate_id), now=now)


def remove(rows: Rows, mail_ids: Collection[str], *, now: datetime) -> int:
    """Remove mails with text, files and recipients. Belongs inside write().

    A row that was not final stays empty: no worker sends it. Returns how many mails
    without a synced copy were removed: the others are counted with their copies.
    """
    count = store.count_without_copy(rows, mail_ids)
    store.end(rows, mail_ids, failure="It was removed.", now=now)
    feed.remove_everywhere(rows, mail_ids, kind=FEED_KIND)
    store.empty(rows, mail_ids)
    store.delete_final(rows, mail_ids)
    return count


def former_mail(rows: Rows, candidate: Candidate, own: Collection[str]) -> list[str]:
    """Mail in a candidate's feed that went to none of these folded addresses."""
    return [
        mail_id
        for mail_id, addresses in store.written_to(rows, candidate.id)
        if not any(form in own for each in addresses for form in stands_for(each))
    ]


def leave_feed(rows: Rows, candidate_id: str, mail_ids: Collection[str], *, now: datetime) -> None:
    """Take mails out of one feed, and remove those that no other feed shows."""
    feed.remove(rows, candidate_id, mail_ids, kind=FEED_KIND)
    remove(rows, store.in_no_feed(rows, mail_ids), now=now)


def mail_on_list(rows: Rows, entry: Entry) -> list[str]:
    """Mail with a recipient of an entry: of its owner's mailbox, or of any."""
    listed = never_sync([entry])
    return [
        mail_id
        for mail_id, addresses in store.sent_from(rows, entry.user_id)
        if listed.first_of(map(fold, addresses))
    ]

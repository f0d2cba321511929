"""Add and read feed entries; other subjects write to a candidate's feed only through here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from portal.candidates import feed_store as store
from portal.candidates.addresses import base
from portal.candidates.models import Candidate
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows


def add_all(
    rows: Rows,
    entries: Iterable[tuple[str, str, datetime]],
    *,
    kind: Literal["email"],
    now: datetime,
) -> None:
    """A page of a sync: candidate, message and when it happened. Belongs inside write()."""
    store.add_entries(
        rows, ((new_ordered_id(), *entry) for entry in entries), kind=kind, created_at=now
    )


def former_mail(rows: Rows, candidate: Candidate) -> list[str]:
    """Messages in the feed that only addresses brought which were removed since."""
    own = {base(address) for address in candidate.addresses}
    return [
        message_id
        for message_id, addresses in store.correspondents(rows, candidate.id)
        if own.isdisjoint(map(base, addresses))
    ]


def remove(rows: Rows, candidate_id: str, message_ids: Iterable[str]) -> None:
    """From this feed alone. Belongs inside write()."""
    store.delete_entries(rows, candidate_id, message_ids)


def remove_without_copy(rows: Rows) -> int:
    """Take away what no mailbox brought any more; how many entries. Belongs inside write()."""
    return store.delete_entries_without_copy(rows)

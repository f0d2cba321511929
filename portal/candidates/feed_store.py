"""All SQL for feed entries. Their subjects are other tables, known to the owners of the kinds."""

from collections.abc import Collection, Iterable
from datetime import datetime

from portal.candidates.models import Feed, FeedEntry, Place
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows

PAGE_SIZE = 20
# Later than everything that will ever be in a feed.
NEWEST = ("9999", "~")


def add_entries(
    rows: Rows,
    entries: Iterable[tuple[str, str, datetime]],
    *,
    kind: str,
    created_at: datetime,
) -> None:
    """Add entries: candidate, subject and time. Existing entries stay as they are."""
    rows.many(
        "insert into feed_entries (id, candidate_id, kind, subject_id, happened_at, created_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict (candidate_id, kind, subject_id) do nothing",
        [
            (new_ordered_id(), candidate_id, kind, subject_id, happened_at, created_at)
            for candidate_id, subject_id, happened_at in entries
        ],
    )


def feed(
    rows: Rows,
    candidate_id: str,
    *,
    kinds: Collection[str],
    hidden: Collection[str],
    only: Collection[str] | None = None,
    after: Place | None = None,
    size: int = PAGE_SIZE,
) -> Feed:
    """One page of entries, without hidden subjects. `after` is the end of the page before it.

    With `only`, no other subjects are shown.
    """
    happened_at, entry_id = (after.happened_at, after.entry_id) if after else NEWEST
    found = rows.all(
        FeedEntry,
        "select * from feed_entries where candidate_id = :candidate and kind in :kinds "
        "and subject_id not in :hidden and (happened_at, id) < (:happened_at, :id) "
        "and (:is_all = 1 or subject_id in :only) "
        "order by happened_at desc, id desc limit :size",
        {
            "candidate": candidate_id,
            "kinds": [*kinds],
            "hidden": [*hidden],
            "is_all": only is None,
            "only": [*(only or ())],
            "happened_at": happened_at,
            "id": entry_id,
            "size": size + 1,
        },
    )
    entries = tuple(found[:size])
    older = Place(entries[-1].happened_at, entries[-1].id) if len(found) > size else None
    total = count(rows, candidate_id, kinds=kinds, hidden=hidden, only=only)
    return Feed(entries=entries, total=total, older=older)


def count(
    rows: Rows,
    candidate_id: str,
    *,
    kinds: Collection[str],
    hidden: Collection[str],
    only: Collection[str] | None = None,
) -> int:
    found = rows.value(
        int,
        "select count(*) from feed_entries where candidate_id = :candidate and kind in :kinds "
        "and subject_id not in :hidden and (:is_all = 1 or subject_id in :only)",
        {
            "candidate": candidate_id,
            "kinds": [*kinds],
            "hidden": [*hidden],
            "is_all": only is None,
            "only": [*(only or ())],
        },
    )
    return found or 0


def count_of_no_other(rows: Rows, candidate_id: str, *, kinds: Collection[str]) -> int:
    """Count subjects that are in no other feed and would be deleted with it, hidden ones too."""
    found = rows.value(
        int,
        "select count(*) from feed_entries e where e.candidate_id = :candidate "
        "and e.kind in :kinds and not exists (select 1 from feed_entries o "
        "where o.subject_id = e.subject_id and o.kind = e.kind "
        "and o.candidate_id <> e.candidate_id)",
        {"candidate": candidate_id, "kinds": [*kinds]},
    )
    return found or 0


def delete_entries(
    rows: Rows, candidate_id: str, subject_ids: Collection[str], *, kind: str
) -> None:
    """Belongs inside write()."""
    rows.execute(
        "delete from feed_entries where candidate_id = :candidate and kind = :kind "
        "and subject_id in :ids",
        {"candidate": candidate_id, "kind": kind, "ids": [*subject_ids]},
    )


def delete_subjects(rows: Rows, subject_ids: Collection[str], *, kind: str) -> None:
    """Belongs inside write()."""
    rows.execute(
        "delete from feed_entries where kind = :kind and subject_id in :ids",
        {"kind": kind, "ids": [*subject_ids]},
    )

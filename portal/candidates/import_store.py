"""All SQL for imports; mailboxes and their searches are joined in for reading only."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from portal.candidates.models import Import, ImportProgress, ImportRow
from portal.errors import NotFound
from portal.storage.rows import Rows

GONE = (
    "This import does not exist, is over, or is not yours. A file is kept for 24 hours, and only "
    "the last one. Please upload it again."
)
# One line for each address in each mailbox that can be synced; as feed_store looks at them, an
# address that was there before the first sync of a mailbox needs no search of its own.
PROGRESS = """
select count(distinct b.id) as mailboxes, count(*) as total, count(*) filter (
    where b.first_sync_finished_at is not null and (a.added_at < b.first_sync_started_at or exists (
        select 1 from searches s where s.mailbox_id = b.id and s.candidate_id = a.candidate_id
        and lower(s.address) = lower(a.address) and s.asked_at >= a.added_at
        and s.finished_at is not null))
) as finished
from mailboxes b
join users u on u.id = b.user_id and u.is_enabled = 1
join connections k on k.user_id = b.user_id and k.state = 'working'
join candidate_addresses a on a.candidate_id in :ids
where b.is_syncing = 1
"""


@dataclass(frozen=True)
class _Stored:
    """The row of an import; `rows` is JSON: the file's rows, later the candidates' ids."""

    id: str
    user_id: str
    rows: str
    created_at: datetime
    imported_at: datetime | None


def add(
    rows: Rows, import_id: str, found: Iterable[ImportRow], *, user_id: str, now: datetime
) -> None:
    rows.execute(
        "insert into candidate_imports (id, user_id, rows, created_at) values (?, ?, ?, ?)",
        [import_id, user_id, json.dumps([asdict(row) for row in found]), now],
    )


def import_of(
    rows: Rows, import_id: str, *, user_id: str, now: datetime, kept: timedelta
) -> Import:
    found = rows.one(
        _Stored,
        "select * from candidate_imports where id = ? and user_id = ? "
        "and coalesce(imported_at, created_at) > ?",
        [import_id, user_id, now - kept],
    )
    if found is None:
        raise NotFound(GONE)
    content, is_imported = json.loads(found.rows), found.imported_at is not None
    return Import(
        id=found.id,
        user_id=found.user_id,
        rows=() if is_imported else tuple(_row(**each) for each in content),
        candidate_ids=tuple(content) if is_imported else (),
        created_at=found.created_at,
        imported_at=found.imported_at,
    )


def _row(line: int, name: str, headline: str, addresses: list[str]) -> ImportRow:
    return ImportRow(line, name, headline, tuple(addresses))


def finish(rows: Rows, import_id: str, candidate_ids: list[str], *, now: datetime) -> None:
    """The file goes; which candidates came of it stays for a day. Belongs inside write()."""
    rows.execute(
        "update candidate_imports set rows = ?, imported_at = ? where id = ?",
        [json.dumps(candidate_ids), now, import_id],
    )


def delete_waiting(rows: Rows, user_id: str) -> None:
    rows.execute(
        "delete from candidate_imports where user_id = ? and imported_at is null", [user_id]
    )


def delete_older(rows: Rows, than: datetime) -> None:
    rows.execute(
        "delete from candidate_imports where coalesce(imported_at, created_at) <= ?",
        [than],
    )


def progress(rows: Rows, candidate_ids: Collection[str]) -> ImportProgress:
    (found,) = rows.all(ImportProgress, PROGRESS, {"ids": [*candidate_ids]})
    return found

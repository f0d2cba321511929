"""All SQL for imports."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from portal.candidates.models import Import, ImportRow
from portal.errors import NotFound
from portal.storage.rows import Rows

GONE = (
    "This import does not exist, is over, or is not yours. A file is kept for 24 hours, and only "
    "the last one. Please upload it again."
)


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


def _row(
    line: int, name: str, headline: str, addresses: list[str], time_zone: str = ""
) -> ImportRow:
    return ImportRow(line, name, headline, tuple(addresses), time_zone)


def finish(rows: Rows, import_id: str, candidate_ids: list[str], *, now: datetime) -> None:
    """Delete the file and keep the imported candidates' ids for a day. Belongs inside write()."""
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

"""Sessions of signed-in people. Only a hash of each id is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import clock
from portal.storage.rows import Rows


@dataclass(frozen=True)
class SessionRow:
    id_hash: str
    user_id: str | None
    content: str
    created_at: datetime
    seen_at: datetime
    fresh_at: datetime | None
    peer: str


def session(rows: Rows, id_hash: str) -> SessionRow | None:
    for row in rows.all(dict, "select * from sessions where id_hash = ?", [id_hash]):
        return _session(row)
    return None


def save(rows: Rows, row: SessionRow) -> None:
    rows.execute(
        "insert into sessions (id_hash, user_id, content, created_at, seen_at, fresh_at, peer) "
        "values (?, ?, ?, ?, ?, ?, ?) on conflict (id_hash) do update set "
        "user_id = excluded.user_id, content = excluded.content, seen_at = excluded.seen_at, "
        "fresh_at = excluded.fresh_at, peer = excluded.peer",
        [
            row.id_hash,
            row.user_id,
            row.content,
            clock.text(row.created_at),
            clock.text(row.seen_at),
            clock.text(row.fresh_at) if row.fresh_at else None,
            row.peer,
        ],
    )


def update(rows: Rows, row: SessionRow) -> bool:
    """Update a session. False if it was ended during this request; it stays ended."""
    changed = rows.execute(
        "update sessions set content = ?, seen_at = ?, peer = ? where id_hash = ?",
        [row.content, clock.text(row.seen_at), row.peer, row.id_hash],
    )
    return bool(changed)


def delete(rows: Rows, id_hash: str) -> bool:
    return bool(rows.execute("delete from sessions where id_hash = ?", [id_hash]))


def delete_of_user(rows: Rows, user_id: str) -> int:
    return int(rows.execute("delete from sessions where user_id = ?", [user_id]))


def delete_all(rows: Rows, *, but: str) -> int:
    """End every session of a person except the one that asks."""
    ended = rows.execute("delete from sessions where user_id is not null and id_hash <> ?", [but])
    return int(ended)


def delete_lapsed(rows: Rows, *, seen_before: datetime, created_before: datetime) -> int:
    ended = rows.execute(
        "delete from sessions where seen_at < ? or created_at < ?",
        [clock.text(seen_before), clock.text(created_before)],
    )
    return int(ended)


def _session(row: Mapping[str, Any]) -> SessionRow:
    return SessionRow(
        id_hash=row["id_hash"],
        user_id=row["user_id"],
        content=row["content"],
        created_at=clock.moment(row["created_at"]),
        seen_at=clock.moment(row["seen_at"]),
        fresh_at=clock.moment(row["fresh_at"]) if row["fresh_at"] else None,
        peer=row["peer"],
    )

"""Sessions of signed-in people. Only a hash of each id is stored."""

from dataclasses import dataclass
from datetime import datetime

from portal.storage.rows import Rows

# Enough of a hash to tell the sessions of one person apart, and too little to guess it by.
NAME_LENGTH = 16


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
    return rows.one(SessionRow, "select * from sessions where id_hash = ?", [id_hash])


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
            row.created_at,
            row.seen_at,
            row.fresh_at,
            row.peer,
        ],
    )


def update(rows: Rows, row: SessionRow) -> bool:
    """Update a session. False if it was ended during this request; it stays ended."""
    changed = rows.execute(
        "update sessions set content = ?, seen_at = ?, peer = ? where id_hash = ?",
        [row.content, row.seen_at, row.peer, row.id_hash],
    )
    return bool(changed)


def delete(rows: Rows, id_hash: str) -> bool:
    return bool(rows.execute("delete from sessions where id_hash = ?", [id_hash]))


def of_user(
    rows: Rows, user_id: str, *, seen_after: datetime, created_after: datetime
) -> list[SessionRow]:
    """The sessions of a person that have not lapsed, the latest used first."""
    sql = (
        "select * from sessions where user_id = ? and seen_at >= ? and created_at >= ? "
        "order by seen_at desc, created_at desc"
    )
    return rows.all(SessionRow, sql, [user_id, seen_after, created_after])


def delete_named(rows: Rows, user_id: str, name: str, *, but: str) -> int:
    """End a session of a person by the beginning of its hash, unless it is `but`."""
    return rows.execute(
        "delete from sessions where user_id = ? and substr(id_hash, 1, ?) = ? and id_hash <> ?",
        [user_id, NAME_LENGTH, name, but],
    )


def delete_of_user(rows: Rows, user_id: str, *, but: str = "") -> int:
    """End the sessions of a person except one."""
    sql = "delete from sessions where user_id = ? and id_hash <> ?"
    return rows.execute(sql, [user_id, but])


def delete_all(rows: Rows) -> None:
    """End every session, also of visitors. Belongs inside write()."""
    rows.execute("delete from sessions")


def delete_all_but(rows: Rows, but: str) -> int:
    """End every session of a person except the one that asks."""
    return rows.execute("delete from sessions where user_id is not null and id_hash <> ?", [but])


def delete_lapsed(rows: Rows, *, seen_before: datetime, created_before: datetime) -> int:
    return rows.execute(
        "delete from sessions where seen_at < ? or created_at < ?",
        [seen_before, created_before],
    )

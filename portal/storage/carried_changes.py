"""All SQL for changes that wait for their person to confirm who they are."""

from datetime import datetime

from portal.storage.rows import Rows
from portal.storage.sealed import Sealed

SEALED = Sealed("carried_changes", "id", lost="a change that waited for a confirmation")


def add(rows: Rows, id: str, *, user_id: str, content: str, now: datetime) -> None:
    """`content` is sealed. Belongs inside write()."""
    rows.execute(
        "insert into carried_changes (id, user_id, content, kept_at) values (?, ?, ?, ?)",
        [id, user_id, content, now],
    )


def content(rows: Rows, id: str, *, user_id: str, since: datetime) -> str | None:
    return rows.value(
        str,
        "select content from carried_changes where id = ? and user_id = ? and kept_at > ?",
        [id, user_id, since],
    )


def renew(rows: Rows, id: str, *, user_id: str, now: datetime) -> None:
    """Count the time of a change from the confirmation on. Belongs inside write()."""
    rows.execute(
        "update carried_changes set kept_at = ? where id = ? and user_id = ?", [now, id, user_id]
    )


def take(rows: Rows, id: str, *, user_id: str, since: datetime) -> bool:
    """Use a change up. False if that happened before. Belongs inside write()."""
    taken = rows.execute(
        "delete from carried_changes where id = ? and user_id = ? and kept_at > ?",
        [id, user_id, since],
    )
    return bool(taken)


def delete_before(rows: Rows, moment: datetime) -> None:
    rows.execute("delete from carried_changes where kept_at <= ?", [moment])

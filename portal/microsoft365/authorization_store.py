"""All SQL for the person whose authorization user sync uses."""

from datetime import datetime

from portal.storage.rows import Rows


def authorized_by(rows: Rows) -> str | None:
    return rows.value(str, "select authorized_by from directory_sync")


def save(rows: Rows, user_id: str | None, *, now: datetime) -> None:
    """Save the authorizing person, or nobody. Belongs inside write()."""
    rows.execute(
        "update directory_sync set authorized_by = ?, authorized_at = ?",
        [user_id, now if user_id else None],
    )

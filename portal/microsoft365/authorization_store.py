"""All SQL for who lets user sync read the directory in their own name."""

from datetime import datetime

from portal import clock
from portal.storage.rows import Rows


def authorized_by(rows: Rows) -> str | None:
    found = rows.all(dict, "select authorized_by from directory_sync")
    return next((row["authorized_by"] for row in found), None)


def save(rows: Rows, user_id: str | None, *, now: datetime) -> None:
    """Nobody, or this person since now. Belongs inside write()."""
    rows.execute(
        "update directory_sync set authorized_by = ?, authorized_at = ?",
        [user_id, clock.text(now) if user_id else None],
    )

"""All SQL for who lets user sync read the directory in their own name."""

from datetime import datetime

from sqlite_utils import Database

from portal import clock


def authorized_by(db: Database) -> str | None:
    rows = db.query("select authorized_by from directory_sync")
    return next((row["authorized_by"] for row in rows), None)


def save(db: Database, user_id: str | None, *, now: datetime) -> None:
    """Nobody, or this person since now. Belongs inside write()."""
    db.execute(
        "update directory_sync set authorized_by = ?, authorized_at = ?",
        [user_id, clock.text(now) if user_id else None],
    )

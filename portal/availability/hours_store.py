"""All SQL for people's own meeting hours."""

from datetime import datetime

from portal.storage.rows import Rows


def windows(rows: Rows, user_id: str) -> str | None:
    """A person's own hours in their text form, or None without any."""
    return rows.value(str, "select windows from meeting_hours where user_id = ?", [user_id])


def save_windows(rows: Rows, user_id: str, windows: str, *, now: datetime) -> None:
    rows.execute(
        "insert into meeting_hours (user_id, windows, saved_at) values (?, ?, ?) "
        "on conflict (user_id) do update set windows = excluded.windows, "
        "saved_at = excluded.saved_at",
        [user_id, windows, now],
    )


def delete_windows(rows: Rows, user_id: str) -> None:
    rows.execute("delete from meeting_hours where user_id = ?", [user_id])

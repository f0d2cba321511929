"""Rate limits: how often something happened in a window of time."""

from portal.storage.rows import Rows


def count(rows: Rows, bucket: str, window_start: str) -> int:
    """Count one more in this window and return the total."""
    found = rows.value(
        int,
        "insert into rate_limits (bucket, window_start, hits) values (?, ?, 1) "
        "on conflict (bucket, window_start) do update set hits = rate_limits.hits + 1 "
        "returning hits",
        [bucket, window_start],
    )
    return found or 0


def delete_of_sign_in(rows: Rows) -> None:
    """Forget all guesses of passwords. Belongs inside write()."""
    rows.execute("delete from rate_limits where substr(bucket, 1, 8) = 'sign-in-'")


def delete_before(rows: Rows, window_start: str) -> None:
    rows.execute("delete from rate_limits where window_start < ?", [window_start])

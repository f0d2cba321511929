"""The only reader of the clock, and the text form in which a time is stored."""

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current time to the second. Stored times have no fraction."""
    return datetime.now(UTC).replace(microsecond=0)


def text(moment: datetime) -> str:
    """`2026-11-24T14:00:00Z`, which sorts as text the way it does as a time."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def moment(stored: str) -> datetime:
    """The inverse of text(). Also reads Microsoft's fractions and offsets; no offset means UTC."""
    read = datetime.fromisoformat(stored)
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(f"No time of the calendar: {stored!r}") from error


def moment_or_none(stored: str | None) -> datetime | None:
    return None if stored is None else moment(stored)


def milliseconds() -> int:
    """The current time in milliseconds since 1970, for time-ordered ids."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds on a clock that is never set back, for measuring how long something took."""
    return time.monotonic()

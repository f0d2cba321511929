"""The only reader of the clock, and the text form in which a time is stored."""

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present, to the second: what is stored has no fraction."""
    return datetime.now(UTC).replace(microsecond=0)


def text(moment: datetime) -> str:
    """`2026-11-24T14:00:00Z`, which sorts as text the way it does as a time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(stored: str) -> datetime:
    """The inverse of text(); also reads Microsoft's fractions and offsets."""
    return datetime.fromisoformat(stored).astimezone(UTC)


def monotonic() -> float:
    """Seconds on a clock that is never set back, for measuring how long something took."""
    return time.monotonic()

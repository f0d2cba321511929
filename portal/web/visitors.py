"""The sessions of visitors who have not signed in: a signed cookie each, and no row."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

# Browsers drop a cookie of more than 4 KB with its name and attributes.
LONGEST = 3_500


@dataclass(frozen=True)
class Visitor:
    """The session in a visitor's cookie. The visitor can read its content, but not change it."""

    id: str
    content: str
    written_at: datetime


def written(secret_key: bytes, id: str, content: str) -> str | None:
    """The value of a visitor's cookie. None if it is too long for a browser."""
    value: str = _signer(secret_key).dumps([id, content])
    return value if len(value) <= LONGEST else None


def read(secret_key: bytes, value: str, *, longest: timedelta) -> Visitor | None:
    """The visitor in a cookie. None if it is not ours, or older than `longest`."""
    try:
        found, written_at = _signer(secret_key).loads(
            value, max_age=int(longest.total_seconds()), return_timestamp=True
        )
        id, content = found
    except (BadData, TypeError, ValueError):
        return None
    return Visitor(id, content, written_at)


def _signer(secret_key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="visitor")

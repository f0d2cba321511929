"""How often somebody may do what costs us or others something; counted in the database."""

import ipaddress
from datetime import UTC, datetime, timedelta

from portal import clock
from portal.errors import TooMany
from portal.storage.database import write
from portal.vault import hash_token
from portal.web import limit_store
from portal.web.current import peer, services

KEPT = timedelta(days=1)


def limit(bucket: str, *, hits: int, seconds: int) -> None:
    """Counts this time; past `hits` in a window of `seconds`, TooMany."""
    now = clock.utc_now()
    start = _window(now, seconds)
    db = services.db
    with write(db):
        count = limit_store.count(db, _kept(bucket), clock.text(start))
        if count == 1:
            limit_store.delete_before(db, clock.text(now - KEPT))
    if count > hits:
        raise _refusal(start, now, seconds)


def insist_below(bucket: str, *, hits: int, seconds: int) -> None:
    """Refuses as limit() does, and counts nothing: for limits on failures alone."""
    now = clock.utc_now()
    start = _window(now, seconds)
    if limit_store.hits(services.db, _kept(bucket), clock.text(start)) >= hits:
        raise _refusal(start, now, seconds)


def peer_bucket() -> str:
    """One home or office: an IPv6 line has more addresses than anybody could count."""
    try:
        address = ipaddress.ip_address(peer())
    except ValueError:
        return peer()
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _window(now: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _kept(bucket: str) -> str:
    # What people typed is no longer than a hash, and not readable in the rows.
    kind, colon, rest = bucket.partition(":")
    if not colon:
        raise ValueError(f"A bucket is named kind:whose, unlike {bucket}.")
    return f"{kind}:{hash_token(rest)}"


def _refusal(start: datetime, now: datetime, seconds: int) -> TooMany:
    wait = max(1, int((start - now).total_seconds()) + seconds)
    minutes = -(-wait // 60)
    words = "a minute" if minutes == 1 else f"{minutes} minutes"
    return TooMany(f"That was too often. Please try again in {words}.", retry_after=wait)

"""Limits on costly actions, counted in the database."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portal import clock
from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import TooMany
from portal.storage.rows import Rows
from portal.vault import hash_token
from portal.web import limit_store
from portal.web.current import actor, peer, services
from portal.web.known_browsers import known_user
from portal.wording import counted

KEPT = timedelta(days=1)
QUARTER = 15 * 60


@dataclass(frozen=True)
class Noted:
    """A refusal's audit entry. A window gets only a few of them."""

    action: Action
    target: str


def limit_guesses(address: str, *, owner: str | None) -> None:
    """Count guesses by origin, and there by account in all its spellings.

    An account has no counter of its own, so a stranger elsewhere locks nobody out, not even at a
    browser that was never used before. One with an earlier sign-in is counted separately.
    """
    account = fold(address)
    if owner is not None and known_user() == owner:
        limit_tries(f"sign-in-known:{owner}", account, hits=20)
        return
    limit_tries(f"sign-in-account:{account} {peer_bucket()}", account, hits=20)
    limit_tries(f"sign-in-peer:{peer_bucket()}", account, hits=40)


def limit_tries(bucket: str, target: str, *, hits: int) -> None:
    limit(bucket, hits=hits, seconds=QUARTER, noted=Noted(Action.SIGN_IN_REFUSED, target))


def note_refused_access(user_id: str, target: str) -> None:
    """Record that a person tried what their role does not allow: some of an hour's tries."""
    rows, now = services.rows, clock.utc_now()
    with rows.write():
        start = clock.text(_window(now, 3600))
        count = limit_store.count(rows, _kept(f"refused-access:{user_id}"), start)
        if re.fullmatch("10*", str(count)):
            tries = counted(count, "try")
            act = Act(rows, actor(), now)
            act.record(Action.ACCESS_REFUSED, target, result="refused", new=f"{tries} this hour")


def limit_departures() -> None:
    if known_user() is None:
        limit_tries(f"leave-for-microsoft:{peer_bucket()}", "Microsoft", hits=100)


def limit(bucket: str, *, hits: int, seconds: int, noted: Noted | None = None) -> None:
    """Count this attempt. Raises TooMany past `hits` in a window of `seconds`."""
    now = clock.utc_now()
    start = _window(now, seconds)
    rows = services.rows
    with rows.write():
        count = limit_store.count(rows, _kept(bucket), clock.text(start))
        if count == 1:
            limit_store.delete_before(rows, clock.text(now - KEPT))
        if noted is not None:
            _note(rows, noted, refused=count - hits, now=now)
    if count > hits:
        raise _refusal(start, now, seconds)


def _note(rows: Rows, noted: Noted, *, refused: int, now: datetime) -> None:
    """Record the first, tenth and hundredth refusal of a window, so a flood cannot fill the log."""
    if refused < 1 or not re.fullmatch("10*", str(refused)):
        return
    Act(rows, actor(), now).record(
        noted.action,
        noted.target,
        result="refused",
        new=f"too often: {counted(refused, 'try')} past the limit",
    )


def peer_bucket() -> str:
    """The client's network: a single IPv6 line has too many addresses to count each."""
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
    # Hashed, so that what people typed is short and unreadable in the database.
    kind, colon, rest = bucket.partition(":")
    if not colon:
        raise ValueError(f"A bucket is named kind:whose, unlike {bucket}.")
    return f"{kind}:{hash_token(rest)}"


def _refusal(start: datetime, now: datetime, seconds: int) -> TooMany:
    wait = max(1, int((start - now).total_seconds()) + seconds)
    minutes = -(-wait // 60)
    words = counted(minutes, "minute") if minutes > 1 else "a minute"
    return TooMany(f"That was too often. Please try again in {words}.", retry_after=wait)

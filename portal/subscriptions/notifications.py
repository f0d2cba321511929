"""accept(): check a notification and make due what it wakes. Never calls Graph."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.storage.rows import Rows
from portal.subscriptions import store
from portal.subscriptions.models import Subscription
from portal.subscriptions.wakes import Wakes
from portal.vault import hash_token

MOST_ITEMS = 1000
BODY_LIMIT = 1024 * 1024
TOKEN_LIMIT = 2048
# Compared without a subscription, so that the answer's time reveals nothing.
NOBODYS = hash_token("no subscription")
TOLERANCE = timedelta(minutes=1)
NOTED_AFTER = timedelta(minutes=10)
KEPT = timedelta(days=365)


def is_handshake(token: str) -> bool:
    """Whether a validation token is printable ASCII without markup, as Microsoft's are."""
    return (
        0 < len(token) <= TOKEN_LIMIT
        and token.isascii()
        and token.isprintable()
        and not set("<>&\"'") & set(token)
    )


def accept(rows: Rows, body: bytes, wakes: Sequence[Wakes], *, now: datetime) -> None:
    """Each item is judged alone; what they make due is committed when this returns."""
    items = _items(body)
    with rows.write():
        rejected = 0
        moved: dict[str, Subscription] = {}
        subscriptions = store.by_microsoft_ids(rows, {_id(item) for item in items})
        for item in items:
            known = _checked(subscriptions, item, now)
            if known is None:
                rejected += 1
            elif _has_moved(rows, known, item, now):
                moved[known.id] = known
        _wake(rows, moved.values(), wakes, now)
        if rejected or not items:
            store.count_rejected(rows, max(rejected, 1), now=now)


def note_rejected(rows: Rows, *, now: datetime) -> None:
    """Write one audit row for many rejections, so that a stranger cannot fill the log."""
    if not store.rejected_since(rows, now - KEPT):
        return
    with rows.write():
        count = store.take_rejected(rows, before=now - NOTED_AFTER)
        if count:
            Act(rows, Actor.system("Microsoft 365"), now).record(
                Action.NOTIFICATIONS_TURNED_AWAY,
                "webhook",
                result="refused",
                new=str(count),
            )


def _items(body: bytes) -> list[Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return []
    items = document.get("value") if isinstance(document, dict) else None
    return items if isinstance(items, list) and len(items) <= MOST_ITEMS else []


def _id(item: Any) -> str:
    return _text(item, "subscriptionId") if isinstance(item, dict) else ""


def _checked(
    subscriptions: Mapping[str, Subscription], item: Any, now: datetime
) -> Subscription | None:
    """The subscription an item belongs to. None if the item is forged."""
    if not isinstance(item, dict):
        return None
    known = subscriptions.get(_id(item))
    expected = known.client_state_hash if known else NOBODYS
    given = hash_token(_text(item, "clientState"))
    is_right = secrets.compare_digest(given.encode(), expected.encode())
    if known is None or not is_right or _tenant(item) != known.tenant_id:
        return None
    return known if known.is_open(now=now) and _in_time(item, known, now) else None


def _tenant(item: Mapping[str, Any]) -> str:
    """The tenant, which lifecycle notifications really call the organization."""
    name = "organizationId" if item.get("tenantId") is None else "tenantId"
    return _text(item, name)


def _in_time(item: Mapping[str, Any], known: Subscription, now: datetime) -> bool:
    """Whether the expiry is in the future and not later than ours.

    An earlier one is valid: the notification may have been sent before a renewal.
    """
    try:
        ends_at = clock.moment(_text(item, "subscriptionExpirationDateTime"))
    except ValueError:
        return False
    return known.expires_at is not None and now < ends_at <= known.expires_at + TOLERANCE


def _has_moved(rows: Rows, known: Subscription, item: Mapping[str, Any], now: datetime) -> bool:
    """Mark a subscription. Uses nothing of the item but its kind of lifecycle event."""
    event = _text(item, "lifecycleEvent")
    if event == "reauthorizationRequired":
        store.make_due(rows, known.id, now=now)
    if event == "subscriptionRemoved":
        store.save_end(rows, known.id, due_at=now)
    return event in ("", "missed", "subscriptionRemoved")


def _wake(
    rows: Rows, moved: Collection[Subscription], wakes: Sequence[Wakes], now: datetime
) -> None:
    store.mark_moved(rows, [each.id for each in moved], now=now)
    for kind in wakes:
        users = [each.user_id for each in moved if each.wakes == kind.name]
        if users:
            kind.make_due(rows, users, now)


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""

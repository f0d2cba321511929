"""Open, renew and close our standing requests to be told of changes."""

import ipaddress
import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.config import Config
from portal.errors import NotAllowed
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError, Refused, Unavailable
from portal.graph.links import segment
from portal.graph.paging import items
from portal.storage.rows import Rows
from portal.subscriptions import store
from portal.subscriptions.models import Subscription
from portal.subscriptions.wakes import Wakes
from portal.vault import hash_token
from portal.web_addresses import web_address

NOTIFICATIONS = "/webhooks/microsoft-365/notifications"
LIFECYCLE = "/webhooks/microsoft-365/lifecycle"
# Microsoft allows 10,080 minutes for mail: https://learn.microsoft.com/graph/api/resources/subscription
LIFE = timedelta(minutes=10_000)
RENEWED_AFTER = LIFE / 2
TRIED_AGAIN_AFTER = timedelta(minutes=15)
# How long one that another identity opened is left before it is tried to close it again.
CLOSED_AGAIN_AFTER = timedelta(hours=6)
# What Microsoft says when its request to our address failed, for whatever reason.
UNCHECKED = ("InvalidRequest", "ValidationError")
NOT_CHECKED = (
    "Microsoft asked this portal's address and got no right answer, so it sends no notifications. "
    "Portal will try again."
)

log = logging.getLogger(__name__)


def is_possible(config: Config) -> bool:
    """Whether Microsoft can reach this portal. The practice tenant reaches it on loopback."""
    if config.test_mode:
        return True
    found = web_address(config.base_url)
    return found is not None and found.scheme == "https" and _is_public(found.host)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost", ".lan"))


def plan(rows: Rows, wakes: Sequence[Wakes], *, now: datetime) -> None:
    """A row of each kind for everybody who may have one and has none. Writes only if needed."""
    for each in wakes:
        people = store.people_without(rows, wakes=each.name)
        if people:
            _add(rows, each, people, now)


def _add(rows: Rows, wakes: Wakes, people: list[tuple[str, str]], now: datetime) -> None:
    with rows.write():
        for user_id, tenant_id in people:
            store.add(
                rows,
                user_id=user_id,
                wakes=wakes.name,
                resource=wakes.resource_at("/me"),
                tenant_id=tenant_id,
                now=now,
            )


def keep(
    rows: Rows,
    graph: GraphClient,
    kept: Subscription,
    wakes: Wakes,
    *,
    base_url: str,
    by: str,
    now: datetime,
    opener: Callable[[], GraphClient],
) -> None:
    """Renew a claimed subscription that is open, or open it. Needs our web to be answering.

    Microsoft validates our web while the opening call still runs. `opener` makes the client of
    the identity that opened it, which alone can close it when another one takes over.
    """
    resource = wakes.resource_at(graph.mailbox_path)
    before, kept = kept, replace(kept, resource=resource)
    try:
        if not kept.is_open(now=now):
            open_new(rows, graph, kept, wakes, base_url=base_url, by=by, now=now)
        elif before.resource == resource:
            renew(rows, graph, kept, base_url=base_url, by=by, now=now)
        elif _close_other(opener, before):
            open_new(rows, graph, kept, wakes, base_url=base_url, by=by, now=now)
        else:
            leave_open(rows, before, by=by, now=now)
    except Gone:
        with rows.write():
            store.save_end(rows, kept.id, due_at=now)
        open_new(rows, graph, kept, wakes, base_url=base_url, by=by, now=now)


def _close_other(opener: Callable[[], GraphClient], kept: Subscription) -> bool:
    """Close it with the token of the identity that opened it. False if that cannot be done now."""
    try:
        return not close(opener(), [kept.microsoft_id or ""])
    except (GraphError, NotAllowed) as error:
        log.warning("no token to close a subscription with: %s", type(error).__name__)
        return False


def leave_open(rows: Rows, kept: Subscription, *, by: str, now: datetime) -> None:
    """Keep one that another identity opened: it still tells of new mail until it ends."""
    ends_at = kept.expires_at or now
    with rows.write():
        due_at = min(ends_at, now + CLOSED_AGAIN_AFTER)
        store.save_open(rows, replace(kept, due_at=due_at), by=by, moved_at=None)


def open_new(
    rows: Rows,
    graph: GraphClient,
    planned: Subscription,
    wakes: Wakes,
    *,
    base_url: str,
    by: str,
    now: datetime,
) -> None:
    """Open a subscription. It counts as notified, so mail from before is fetched at once."""
    client_state = secrets.token_urlsafe(32)
    wanted = {
        "changeType": wakes.changes,
        "notificationUrl": f"{base_url}{NOTIFICATIONS}",
        "lifecycleNotificationUrl": f"{base_url}{LIFECYCLE}",
        "resource": planned.resource,
        "expirationDateTime": clock.text(now + LIFE),
        "clientState": client_state,
    }
    answer = _create(graph, wanted)
    opened = _opened(planned, answer, now)
    opened = replace(opened, client_state_hash=hash_token(client_state))
    _save(rows, graph, opened, by=by, wakes=wakes)


def _create(graph: GraphClient, wanted: dict[str, Any]) -> dict[str, Any]:
    try:
        return _post(graph, wanted)
    except Refused as refusal:
        if refusal.microsoft_status != 409:
            raise
    # A subscription we opened but never saved, for example after a crash.
    lost = [
        str(each["id"])
        for each in items(graph, "/subscriptions")
        if each.get("notificationUrl") == wanted["notificationUrl"]
        and each.get("resource") == wanted["resource"]
    ]
    close(graph, lost)
    return _post(graph, wanted)


def _post(graph: GraphClient, wanted: dict[str, Any]) -> dict[str, Any]:
    try:
        return graph.post("/subscriptions", wanted)
    except Refused as refusal:
        if refusal.code in UNCHECKED:
            raise Unavailable(NOT_CHECKED) from refusal
        raise


def renew(
    rows: Rows, graph: GraphClient, kept: Subscription, *, base_url: str, by: str, now: datetime
) -> None:
    """Renew a subscription. Gone if Microsoft lost it, or if it uses our old address."""
    wanted = {"expirationDateTime": clock.text(now + LIFE)}
    answer = graph.patch(f"/subscriptions/{segment(kept.microsoft_id or '')}", wanted)
    told = answer.get("notificationUrl", f"{base_url}{NOTIFICATIONS}")
    if told != f"{base_url}{NOTIFICATIONS}":
        close(graph, [kept.microsoft_id or ""])
        raise Gone("Portal has moved to another address.")
    renewed = _opened(kept, {"id": kept.microsoft_id, **answer}, now)
    _save(rows, graph, renewed, by=by)


def _opened(planned: Subscription, answer: dict[str, Any], now: datetime) -> Subscription:
    try:
        expires_at = clock.moment(str(answer["expirationDateTime"]))
        microsoft_id = str(answer["id"])
    except (KeyError, ValueError) as error:
        raise Unavailable("Microsoft's answer about the subscription is incomplete.") from error
    # Microsoft may have given it less time than we asked for.
    due_at = now + min(RENEWED_AFTER, (expires_at - now) / 2)
    return replace(planned, microsoft_id=microsoft_id, expires_at=expires_at, due_at=due_at)


def _save(
    rows: Rows, graph: GraphClient, opened: Subscription, *, by: str, wakes: Wakes | None = None
) -> None:
    """With `wakes`, what it wakes is due now."""
    moved_at = clock.utc_now() if wakes else None
    with rows.write():
        is_saved = store.save_open(rows, opened, by=by, moved_at=moved_at)
        if is_saved and wakes and moved_at:
            wakes.make_due(rows, opened.user_id, moved_at)
    if not is_saved:
        close(graph, [opened.microsoft_id or ""])


def close(graph: GraphClient, microsoft_ids: Iterable[str]) -> list[str]:
    """Close subscriptions. Returns those that Microsoft did not close; they end within a week."""
    left = []
    for microsoft_id in microsoft_ids:
        try:
            graph.delete(f"/subscriptions/{segment(microsoft_id)}")
        except Gone:
            continue
        except GraphError as error:
            log.warning("a subscription was not closed: %s", type(error).__name__)
            left.append(microsoft_id)
    return left

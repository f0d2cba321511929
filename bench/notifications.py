"""Goals 11 and 12: notifications to gunicorn, one and a hundred in each POST."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import orjson

from bench import load, product
from bench.measure import Outcome, canned, folder, free_port, in_turns, percentile
from bench.pages import at_least, portal, serving
from portal.clock import text, utc_now

MANY = 100


def notifications() -> Iterator[Outcome]:
    """Goal 11: one notification a POST, checked and saved durably, against a durable INSERT."""
    port, bare_port = free_port(), free_port()
    with canned(messages=1) as root, folder() as place, folder() as bare_place:
        with portal(root, place, port=port) as (services, settings):
            user = product.add_mailbox(services, 1)
            secret = product.add_subscription(services, user)
        request = _notification_post(port, [(product.SUBSCRIPTION, secret)])
        bare = {"BARE_DATABASE": str(bare_place / "bare.db")}
        insert = (
            f"POST /insert HTTP/1.1\r\nHost: localhost:{bare_port}\r\nContent-Length: 0\r\n\r\n"
        )
        with (
            serving("wsgi:app", port, settings, "/healthz"),
            serving("bench.bare:app", bare_port, bare, "/healthz"),
        ):
            ours, floor = in_turns(
                lambda: load.run(port, request, count=2000, connections=8).rate,
                lambda: (
                    load.run(bare_port, lambda _: insert.encode(), count=2000, connections=8).rate
                ),
            )
            paced = load.run(port, request, count=3000, connections=8, rate=1000)
    yield at_least("11", "webhook, one notification a POST", ours / floor, 0.7, "x bare INSERT")
    p99 = percentile(paced.seconds, 0.99) * 1000
    yield Outcome("11", "the same at 1,000 a second, p99", f"{p99:.0f} ms", "<= 10 ms", p99 <= 10)


def many_notifications() -> Iterator[Outcome]:
    """Goal 12: a hundred notifications a POST, against as many rows inserted in one commit."""
    port, bare_port = free_port(), free_port()
    with canned(messages=1) as root, folder() as place, folder() as bare_place:
        with portal(root, place, port=port) as (services, settings):
            users = [product.add_mailbox(services, number + 1) for number in range(MANY)]
            names = [f"5f000000-0000-4000-8000-{number:012d}" for number in range(MANY)]
            known = [
                (name, product.add_subscription(services, user, name))
                for name, user in zip(names, users, strict=True)
            ]
        our_post = _notification_post(port, known)
        bare_post = _notification_post(bare_port, known, path="/insert-all")
        bare = {"BARE_DATABASE": str(bare_place / "bare.db")}
        slowest: list[float] = []

        def ours() -> float:
            done = load.run(port, our_post, count=500, connections=8)
            slowest.append(max(done.seconds))
            return done.rate

        def floor() -> float:
            return load.run(bare_port, bare_post, count=500, connections=8).rate

        with (
            serving("wsgi:app", port, settings, "/healthz"),
            serving("bench.bare:app", bare_port, bare, "/healthz"),
        ):
            rate, bare_rate = in_turns(ours, floor)
    what = f"webhook, {MANY} notifications a POST"
    yield at_least("12", what, rate / bare_rate, 0.6, "x bare INSERT")
    most = max(slowest)
    yield Outcome("12", "the same, slowest", f"{most:.2f} s", "<= 3 s", most <= 3)


def _notification_post(
    port: int,
    known: list[tuple[str, str]],
    path: str = "/webhooks/microsoft-365/notifications",
) -> Callable[[int], bytes]:
    """Build a POST with one notification for each of these subscriptions and secrets."""
    content = orjson.dumps({"value": [_item(*each) for each in known]})
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    ).encode()
    return lambda _: head + content


def _item(subscription: str, secret: str) -> dict[str, Any]:
    return {
        "subscriptionId": subscription,
        "clientState": secret,
        "tenantId": product.TENANT,
        "changeType": "created",
        "resource": "Users/x/Messages/y",
        "subscriptionExpirationDateTime": text(utc_now() + timedelta(days=2)),
    }

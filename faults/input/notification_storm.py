"""A storm of notifications, half of them forged."""

from collections.abc import Callable
from datetime import timedelta

import orjson

from bench import load, pages, product
from bench.measure import answers, free_port
from faults.harness import fault_run, programs
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.outcome import Faults, Outcome
from portal.clock import text, utc_now
from tests.support.sandbox_server import TENANT_ID

HOOK = "/webhooks/microsoft-365/notifications"
LIMIT = 3.0


def storm(*, count: int = 20_000) -> Outcome:
    """Send a burst to a running web server: every POST is answered, no forged one is accepted."""
    port = free_port()
    with fault_run.one_mailbox(messages=3) as run:
        services = run.services
        secret = product.add_subscription(services, run.user_id)
        run.change("update subscriptions set tenant_id = ?", [TENANT_ID])
        # The whole log is checked later: what was sent must not appear in it.
        home = {"PORTAL_BASE_URL": f"http://localhost:{port}"}
        web = programs.start(
            run, "-m", *pages.GUNICORN, "--bind", f"127.0.0.1:{port}", "wsgi:app", **home
        )
        try:
            run.until(lambda: answers(port, "/healthz"), "the web answered")
            done = load.run(port, _posts(port, secret), count=count, connections=32)
        finally:
            web.terminate()
            web.wait(60)
        _require_answers(run, done, count, secret)
        run.struck = count
        run.change("delete from subscriptions")
        run.recover()
        checked = f"slowest {max(done.seconds):.2f} s, forged counted; {fault_run.CHECKED}"
        return outcome_of(run, checked=checked, inputs=count // 2)


def _require_answers(run: FaultRun, done: load.Load, count: int, secret: str) -> None:
    rejected = run.value("select coalesce(sum(count), 0) from rejected_notifications")
    told = run.value("select count(*) from subscriptions where moved_at is not null")
    for is_wrong, sentence in (
        (done.failures > 0, f"{done.failures} were answered with a refusal"),
        (max(done.seconds) > LIMIT, f"one took {max(done.seconds):.1f} s"),
        (rejected != count // 2, f"{rejected} counted as forged, {count // 2} were"),
        (told != 1, "the right ones did not mark their subscription"),
        (secret in run.log.read_text(), "the log tells a clientState"),
    ):
        run.wrong += [sentence] if is_wrong else []


def _posts(port: int, secret: str) -> Callable[[int], bytes]:
    """Build raw POSTs; every second one has one forged field, a different one each time."""
    right: dict[str, str | None] = {
        "subscriptionId": product.SUBSCRIPTION,
        "clientState": secret,
        "tenantId": TENANT_ID,
        "changeType": "created",
        "subscriptionExpirationDateTime": text(utc_now() + timedelta(days=2)),
    }
    forged: list[dict[str, str | None]] = [
        {"clientState": "x" * len(secret)},
        {"subscriptionId": "5f000000-0000-4000-8000-000000000002"},
        {"tenantId": "7c3c0d5e-0000-4000-8000-000000000000"},
        {"subscriptionExpirationDateTime": text(utc_now() - timedelta(days=1))},
        {"clientState": None},
    ]
    bodies = [orjson.dumps({"value": [right | part]}) for part in forged]
    good = orjson.dumps({"value": [right]})

    def post(number: int) -> bytes:
        body = bodies[number // 2 % len(bodies)] if number % 2 else good
        return (
            f"POST {HOOK} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    return post


FAULTS: Faults = {"notification-storm": storm}

"""The webhook: accepted notifications, and what a stranger can learn from it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal import clock
from portal.microsoft365 import jobs
from portal.subscriptions import store as subscription_store
from portal.worker.wakes import WAKES
from tests.microsoft365.environment import Environment
from tests.subscriptions.webhook import LIFECYCLE, NOTIFICATIONS, item, opened, post, row
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID
from tests.support.visitors import HOME


def rejected(env: Environment) -> int:
    return subscription_store.rejected_since(env.rows, clock.utc_now() - timedelta(minutes=5))


def test_notification_marks_its_subscription(env: Environment) -> None:
    opened(env)
    before = clock.text(clock.utc_now())

    answer = post(env, item())

    assert (answer.status_code, answer.data) == (202, b"")
    assert row(env)["moved_at"] >= before
    assert rejected(env) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"subscriptionId": "another"},
        {"clientState": "wrong"},
        {"clientState": None},
        {"clientState": 5},
        {"tenantId": "another"},
        {"tenantId": "another", "organizationId": TENANT_ID},
        {"tenantId": None, "organizationId": "another"},
        {"tenantId": None},
        {"subscriptionExpirationDateTime": "2020-01-01T00:00:00Z"},
        {"subscriptionExpirationDateTime": "2099-01-01T00:00:00Z"},
        {"subscriptionExpirationDateTime": "soon"},
    ],
)
def test_invalid_notification_is_counted_and_answered_the_same(
    env: Environment, changes: dict[str, Any]
) -> None:
    opened(env)

    answer = post(env, item(**changes))

    assert (answer.status_code, answer.data) == (202, b"")
    assert row(env)["moved_at"] is None
    assert rejected(env) == 1


@pytest.mark.parametrize("ending", ["state = 'ended'", "expires_at = '2020-01-01T00:00:00Z'"])
def test_ended_subscription_is_not_marked(env: Environment, ending: str) -> None:
    opened(env)
    raw(env.rows).execute(f"update subscriptions set {ending}")  # noqa: S608  # one of the two above

    answer = post(env, item())

    assert answer.status_code == 202
    assert row(env)["moved_at"] is None


def test_each_item_is_judged_alone(env: Environment) -> None:
    opened(env)

    post(env, item(clientState="wrong"), "nonsense", item(), {})

    assert row(env)["moved_at"] is not None
    assert rejected(env) == 3


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"value": 1}', b"\xff\xfe", b'"x"'])
def test_garbage_is_accepted_and_counted(env: Environment, body: bytes) -> None:
    answer = env.app.test_client().post(NOTIFICATIONS, data=body, base_url=HOME)

    assert answer.status_code == 202
    assert rejected(env) == 1


def test_thousand_and_one_items_are_not_read(env: Environment) -> None:
    opened(env)

    answer = post(env, *[item()] * 1001)

    assert answer.status_code == 202
    assert row(env)["moved_at"] is None
    assert rejected(env) == 1


def test_body_over_a_megabyte_is_refused(env: Environment) -> None:
    answer = env.app.test_client().post(NOTIFICATIONS, data=b" " * (1024 * 1024 + 1), base_url=HOME)

    assert answer.status_code == 413


def test_compressed_body_is_refused(env: Environment) -> None:
    answer = env.app.test_client().post(
        NOTIFICATIONS, data=b"x", headers={"Content-Encoding": "gzip"}, base_url=HOME
    )

    assert answer.status_code == 415


@pytest.mark.parametrize("path", [NOTIFICATIONS, LIFECYCLE])
def test_handshake_is_answered_as_plain_text(env: Environment, path: str) -> None:
    token = "Validation: Testing client application reachability 1+2/3=="

    answer = env.app.test_client().post(
        path, query_string={"validationToken": token}, base_url=HOME
    )

    assert answer.status_code == 200
    assert answer.text == token
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert rejected(env) == 0


@pytest.mark.parametrize(
    "token", ["", "<script>", "a&b", "\u00e9", "line\nbreak", "\x00", "x" * 2049]
)
def test_handshake_with_anything_else_is_refused(env: Environment, token: str) -> None:
    answer = env.app.test_client().post(
        NOTIFICATIONS, query_string={"validationToken": token}, base_url=HOME
    )

    assert answer.status_code == 400
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", [NOTIFICATIONS, LIFECYCLE])
def test_webhook_cannot_be_read(env: Environment, path: str) -> None:
    assert env.app.test_client().get(path, base_url=HOME).status_code == 405


def test_reauthorization_makes_the_renewal_due(env: Environment) -> None:
    opened(env)

    post(env, item(lifecycleEvent="reauthorizationRequired"), path=LIFECYCLE)

    assert _moment(row(env)["due_at"]) <= clock.utc_now()
    assert row(env)["state"] == "open"


def test_removed_subscription_is_opened_again(env: Environment) -> None:
    opened(env)

    post(env, item(lifecycleEvent="subscriptionRemoved"), path=LIFECYCLE)

    ended = row(env)
    assert (ended["state"], ended["microsoft_id"]) == ("ended", None)
    assert _moment(ended["due_at"]) <= clock.utc_now()
    assert ended["moved_at"] is not None


def test_missed_notifications_make_the_mailbox_due(env: Environment) -> None:
    opened(env)

    post(env, item(lifecycleEvent="missed"), path=LIFECYCLE)

    assert row(env)["moved_at"] is not None


@pytest.mark.parametrize("event", ["missed", "subscriptionRemoved"])
def test_lifecycle_notification_is_taken_as_really_sent(env: Environment, event: str) -> None:
    opened(env)
    sent = item(
        lifecycleEvent=event, organizationId=TENANT_ID, resource="", sequence=None, tenantId=None
    )
    del sent["tenantId"], sent["changeType"]

    post(env, sent, path=LIFECYCLE)

    assert row(env)["moved_at"] is not None
    assert rejected(env) == 0


def test_unknown_lifecycle_event_changes_nothing(env: Environment) -> None:
    opened(env)
    before = row(env)

    answer = post(env, item(lifecycleEvent="somethingNew"), path=LIFECYCLE)

    assert answer.status_code == 202
    assert row(env) == before


def test_rejected_notifications_are_audited_together(env: Environment) -> None:
    for _ in range(3):
        post(env, item())
    now = clock.utc_now()

    jobs.plan_subscriptions(WAKES, env.services, now)
    early = env.audited()
    for _ in range(2):
        jobs.plan_subscriptions(WAKES, env.services, now + timedelta(minutes=15))

    assert early == []
    assert env.audited() == [("notifications turned away", "webhook", "refused")]


def test_webhook_makes_no_calls(env: Environment) -> None:
    opened(env)

    post(env, item())

    assert env.calls("") == []


def _moment(stored: str) -> datetime:
    return clock.moment(stored)


def test_repeated_notification_leaves_one_mark(env: Environment) -> None:
    """Repeated notifications leave one mark on one row."""
    opened(env)

    answers = [post(env, *[item()] * 50) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {202}
    assert raw(env.rows)["subscriptions"].count == 1
    assert row(env)["moved_at"] is not None
    assert rejected(env) == 0


def test_notification_after_removal_leaves_no_mark(env: Environment) -> None:
    """Out of order: a notification for a subscription that was removed in between."""
    opened(env)
    post(env, item(lifecycleEvent="subscriptionRemoved"), path=LIFECYCLE)
    before = row(env)

    answer = post(env, item())

    assert answer.status_code == 202
    assert row(env) == before
    assert rejected(env) == 1


def test_notification_with_an_older_expiry_still_counts(env: Environment) -> None:
    """Out of order: sent before the renewal, received after it."""
    opened(env)
    earlier = (clock.utc_now() + timedelta(hours=1)).isoformat()

    post(env, item(subscriptionExpirationDateTime=earlier))

    assert row(env)["moved_at"] is not None

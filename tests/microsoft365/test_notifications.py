"""The webhook: what Microsoft may say, and what a stranger learns from it."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

from portal import clock
from portal.microsoft365 import jobs, subscription_store
from portal.storage.database import write
from portal.vault import hash_token
from tests.microsoft365.world import World
from tests.support.sandbox_server import TENANT_ID
from tests.support.visiting import HOME

NOTIFICATIONS = "/webhooks/microsoft-365/notifications"
LIFECYCLE = "/webhooks/microsoft-365/lifecycle"
STATE = "a-client-state"


def opened(world: World, *, name: str = "priya", microsoft_id: str = "sub-1") -> str:
    """Somebody with an open subscription; their user's id."""
    user_id = world.person(name)
    now = clock.utc_now()
    with write(world.db):
        subscription_store.add(world.db, user_id=user_id, tenant_id=TENANT_ID, now=now)
        world.db.execute(
            "update subscriptions set state = 'open', microsoft_id = ?, client_state_hash = ?, "
            "expires_at = ?, due_at = ? where user_id = ?",
            [
                microsoft_id,
                hash_token(STATE),
                clock.text(now + timedelta(days=3)),
                clock.text(now + timedelta(days=2)),
                user_id,
            ],
        )
    return user_id


def item(**changes: Any) -> dict[str, Any]:
    ends_at = clock.utc_now() + timedelta(days=3)
    return {
        "subscriptionId": "sub-1",
        "subscriptionExpirationDateTime": ends_at.isoformat(),
        "clientState": STATE,
        "changeType": "created",
        "tenantId": TENANT_ID,
        "resource": "Users/x/Messages/y",
        **changes,
    }


def post(world: World, *items: object, path: str = NOTIFICATIONS) -> TestResponse:
    body = orjson.dumps({"value": list(items)})
    return world.app.test_client().post(
        path, data=body, content_type="application/json", base_url=HOME
    )


def row(world: World) -> dict[str, Any]:
    return dict(next(world.db.query("select * from subscriptions")))


def rejected(world: World) -> int:
    return subscription_store.rejected_since(world.db, clock.utc_now() - timedelta(minutes=5))


def test_notification_marks_its_subscription(world: World) -> None:
    opened(world)
    before = clock.text(clock.utc_now())

    answer = post(world, item())

    assert (answer.status_code, answer.data) == (202, b"")
    assert row(world)["moved_at"] >= before
    assert rejected(world) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"subscriptionId": "another"},
        {"clientState": "wrong"},
        {"clientState": None},
        {"clientState": 5},
        {"tenantId": "another"},
        {"subscriptionExpirationDateTime": "2020-01-01T00:00:00Z"},
        {"subscriptionExpirationDateTime": "2099-01-01T00:00:00Z"},
        {"subscriptionExpirationDateTime": "soon"},
    ],
)
def test_wrong_notification_is_counted_and_answered_alike(
    world: World, changes: dict[str, Any]
) -> None:
    opened(world)

    answer = post(world, item(**changes))

    assert (answer.status_code, answer.data) == (202, b"")
    assert row(world)["moved_at"] is None
    assert rejected(world) == 1


@pytest.mark.parametrize("ending", ["state = 'ended'", "expires_at = '2020-01-01T00:00:00Z'"])
def test_ended_subscription_is_not_marked(world: World, ending: str) -> None:
    opened(world)
    world.db.execute(f"update subscriptions set {ending}")  # noqa: S608  # one of the two above

    answer = post(world, item())

    assert answer.status_code == 202
    assert row(world)["moved_at"] is None


def test_each_item_is_judged_alone(world: World) -> None:
    opened(world)

    post(world, item(clientState="wrong"), "nonsense", item(), {})

    assert row(world)["moved_at"] is not None
    assert rejected(world) == 3


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"value": 1}', b"\xff\xfe", b'"x"'])
def test_garbage_is_accepted_and_counted(world: World, body: bytes) -> None:
    answer = world.app.test_client().post(NOTIFICATIONS, data=body, base_url=HOME)

    assert answer.status_code == 202
    assert rejected(world) == 1


def test_thousand_and_one_items_are_not_read(world: World) -> None:
    opened(world)

    answer = post(world, *[item()] * 1001)

    assert answer.status_code == 202
    assert row(world)["moved_at"] is None
    assert rejected(world) == 1


def test_body_over_a_megabyte_is_refused(world: World) -> None:
    answer = world.app.test_client().post(
        NOTIFICATIONS, data=b" " * (1024 * 1024 + 1), base_url=HOME
    )

    assert answer.status_code == 413


def test_compressed_body_is_refused(world: World) -> None:
    answer = world.app.test_client().post(
        NOTIFICATIONS, data=b"x", headers={"Content-Encoding": "gzip"}, base_url=HOME
    )

    assert answer.status_code == 415


@pytest.mark.parametrize("path", [NOTIFICATIONS, LIFECYCLE])
def test_handshake_is_answered_as_plain_text(world: World, path: str) -> None:
    token = "Validation: Testing client application reachability 1+2/3=="

    answer = world.app.test_client().post(
        path, query_string={"validationToken": token}, base_url=HOME
    )

    assert answer.status_code == 200
    assert answer.text == token
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert rejected(world) == 0


@pytest.mark.parametrize(
    "token", ["", "<script>", "a&b", "\u00e9", "line\nbreak", "\x00", "x" * 2049]
)
def test_handshake_with_anything_else_is_refused(world: World, token: str) -> None:
    answer = world.app.test_client().post(
        NOTIFICATIONS, query_string={"validationToken": token}, base_url=HOME
    )

    assert answer.status_code == 400
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", [NOTIFICATIONS, LIFECYCLE])
def test_webhook_cannot_be_read(world: World, path: str) -> None:
    assert world.app.test_client().get(path, base_url=HOME).status_code == 405


def test_reauthorization_makes_the_renewal_due(world: World) -> None:
    opened(world)

    post(world, item(lifecycleEvent="reauthorizationRequired"), path=LIFECYCLE)

    assert _moment(row(world)["due_at"]) <= clock.utc_now()
    assert row(world)["state"] == "open"


def test_removed_subscription_is_opened_again(world: World) -> None:
    opened(world)

    post(world, item(lifecycleEvent="subscriptionRemoved"), path=LIFECYCLE)

    ended = row(world)
    assert (ended["state"], ended["microsoft_id"]) == ("ended", None)
    assert _moment(ended["due_at"]) <= clock.utc_now()
    assert ended["moved_at"] is not None


def test_missed_notifications_make_the_mailbox_due(world: World) -> None:
    opened(world)

    post(world, item(lifecycleEvent="missed"), path=LIFECYCLE)

    assert row(world)["moved_at"] is not None


def test_unknown_lifecycle_event_changes_nothing(world: World) -> None:
    opened(world)
    before = row(world)

    answer = post(world, item(lifecycleEvent="somethingNew"), path=LIFECYCLE)

    assert answer.status_code == 202
    assert row(world) == before


def test_rejected_notifications_are_audited_together(world: World) -> None:
    for _ in range(3):
        post(world, item())
    now = clock.utc_now()

    jobs.due_subscriptions(world.db, world.services.config, now=now)
    early = world.audited()
    for _ in range(2):
        jobs.due_subscriptions(world.db, world.services.config, now=now + timedelta(minutes=15))

    assert early == []
    assert world.audited() == [("notifications turned away", "webhook", "refused")]


def test_webhook_calls_nobody(world: World) -> None:
    opened(world)

    post(world, item())

    assert world.calls("") == []


def _moment(stored: str) -> datetime:
    return clock.moment(stored)


def test_the_same_told_many_times_is_one_mark(world: World) -> None:
    """However often Microsoft repeats itself, one row says that one mailbox moved."""
    opened(world)

    answers = [post(world, *[item()] * 50) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {202}
    assert world.db["subscriptions"].count == 1
    assert row(world)["moved_at"] is not None
    assert rejected(world) == 0


def test_what_comes_after_its_removal_marks_nothing_more(world: World) -> None:
    """Out of order: told of mail by a subscription that was removed meanwhile."""
    opened(world)
    post(world, item(lifecycleEvent="subscriptionRemoved"), path=LIFECYCLE)
    before = row(world)

    answer = post(world, item())

    assert answer.status_code == 202
    assert row(world) == before
    assert rejected(world) == 1


def test_an_older_end_than_was_renewed_to_still_counts(world: World) -> None:
    """Out of order: it was under way while the subscription was renewed."""
    opened(world)
    earlier = (clock.utc_now() + timedelta(hours=1)).isoformat()

    post(world, item(subscriptionExpirationDateTime=earlier))

    assert row(world)["moved_at"] is not None

"""The webhook as Microsoft calls it, and a subscription that it may speak of."""

from datetime import timedelta
from typing import Any

import orjson
from werkzeug.test import TestResponse

from portal import clock
from portal.subscriptions import store as subscription_store
from portal.vault import hash_token
from tests.microsoft365.environment import Environment
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID
from tests.support.visitors import HOME

NOTIFICATIONS = "/webhooks/microsoft-365/notifications"
LIFECYCLE = "/webhooks/microsoft-365/lifecycle"
STATE = "a-client-state"


def opened(
    env: Environment, *, name: str = "priya", microsoft_id: str = "sub-1", wakes: str = "email"
) -> str:
    """A user with an open subscription. Returns the user id."""
    user_id = env.person(name)
    now = clock.utc_now()
    with env.rows.write():
        subscription_store.add(
            env.rows,
            user_id=user_id,
            wakes=wakes,
            resource="me/messages",
            tenant_id=TENANT_ID,
            now=now,
        )
        raw(env.rows).execute(
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


def post(env: Environment, *items: object, path: str = NOTIFICATIONS) -> TestResponse:
    body = orjson.dumps({"value": list(items)})
    return env.app.test_client().post(
        path, data=body, content_type="application/json", base_url=HOME
    )


def row(env: Environment) -> dict[str, Any]:
    return dict(next(raw(env.rows).query("select * from subscriptions")))

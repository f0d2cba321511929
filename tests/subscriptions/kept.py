"""Subscriptions as Portal and the practice tenant keep them."""

from portal.subscriptions import store as subscription_store
from portal.subscriptions.models import Subscription
from tests.microsoft365.environment import Environment


def own(env: Environment, user_id: str) -> Subscription:
    found = subscription_store.subscription_of(env.rows, user_id, wakes="email")
    assert found is not None
    return found


def at_microsoft(env: Environment) -> list[str]:
    return [row["id"] for row in env.sandbox.control("GET", "state")["subscriptions"]]

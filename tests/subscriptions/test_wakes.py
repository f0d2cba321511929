"""A notification wakes what its subscription says, and nothing else."""

from datetime import timedelta

import pytest

from portal import clock
from portal.microsoft365.permissions import Feature
from portal.subscriptions.wakes import Wakes
from portal.vault import hash_token
from portal.worker.wakes import WAKES
from tests.microsoft365.environment import Environment
from tests.subscriptions.webhook import STATE, item, opened, post, row
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID


@pytest.fixture
def woken(env: Environment) -> list[str]:
    """A made-up kind of subscription beside Portal's own, and the people it woke."""
    found: list[str] = []
    made_up = Wakes("tides", "tides", Feature.ROOMS, lambda _rows, users, _now: found.extend(users))
    env.app.extensions["wakes"] = (*WAKES, made_up)
    return found


def mailbox_due_at(env: Environment, user_id: str) -> str:
    mailboxes = raw(env.rows)["mailboxes"].rows_where("user_id = ?", [user_id])
    return str(next(iter(mailboxes))["due_at"])


def add_mailbox(env: Environment, user_id: str) -> str:
    """A mailbox that is due tomorrow. Returns the time."""
    tomorrow = clock.utc_now() + timedelta(days=1)
    builders.mailbox(env.rows, user_id, due_at=tomorrow)
    return clock.text(tomorrow)


def test_notification_of_another_kind_wakes_what_its_row_says(
    env: Environment, woken: list[str]
) -> None:
    user_id = opened(env, wakes="tides")
    tomorrow = add_mailbox(env, user_id)

    post(env, item(), item())

    assert woken == [user_id]
    assert row(env)["moved_at"] is not None
    assert mailbox_due_at(env, user_id) == tomorrow


def test_notification_of_mail_wakes_the_mailbox_alone(env: Environment, woken: list[str]) -> None:
    user_id = opened(env)
    tomorrow = add_mailbox(env, user_id)

    post(env, item())

    assert woken == []
    assert mailbox_due_at(env, user_id) < tomorrow


def test_one_person_has_a_subscription_of_each_kind(env: Environment, woken: list[str]) -> None:
    user_id = opened(env)
    builders.subscription(
        env.rows,
        user_id,
        wakes="tides",
        microsoft_id="sub-2",
        tenant_id=TENANT_ID,
        client_state_hash=hash_token(STATE),
        expires_at=clock.utc_now() + timedelta(days=3),
        created_at=clock.utc_now(),
    )

    post(env, item(subscriptionId="sub-2"))

    kinds = [each["wakes"] for each in raw(env.rows)["subscriptions"].rows]
    assert sorted(kinds) == ["email", "tides"]
    assert woken == [user_id]

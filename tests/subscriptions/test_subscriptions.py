"""Subscriptions: opened, renewed, reopened, and polling without them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from portal import clock
from portal.email.jobs import NEW_MAIL
from portal.microsoft365.permissions import Feature
from portal.subscriptions import subscriptions
from portal.subscriptions.models import SubscriptionState
from portal.worker.due import SUBSCRIPTIONS
from tests.microsoft365.environment import Environment
from tests.microsoft365.served import served, work
from tests.subscriptions.kept import at_microsoft, own
from tests.support.raw_rows import raw

MESSAGE = b"From: rosa.ortega@mail.example\r\nTo: priya@northwind.example\r\nSubject: Hi\r\n\r\nHi"
PRIYA = "priya@northwind.example"


def moved_at(env: Environment, user_id: str) -> str | None:
    rows = raw(env.rows).query("select moved_at from subscriptions where user_id = ?", [user_id])
    moved: str | None = next(iter(rows))["moved_at"]
    return moved


def until(condition: object, seconds: float = 10) -> bool:
    deadline = clock.monotonic() + seconds
    while clock.monotonic() < deadline:
        if condition():  # type: ignore[operator]  # a function without arguments
            return True
    return False


def test_opening_shakes_hands_and_is_kept(env: Environment) -> None:
    user_id, browser = env.connect()

    with served(env) as config:
        worked = work(env, config)

    kept = own(env, user_id)
    assert worked == [True]
    assert kept.state is SubscriptionState.OPEN
    assert at_microsoft(env) == [kept.microsoft_id]
    assert kept.is_open(now=clock.utc_now() + timedelta(days=6))
    assert re.fullmatch("[0-9a-f]{64}", kept.client_state_hash)
    assert moved_at(env, user_id) is not None
    page = browser.text("/settings/microsoft-365")
    assert "Microsoft notifies Portal of new mail." in page


def test_open_subscription_is_left_alone_until_half_its_life(env: Environment) -> None:
    env.connect()

    with served(env) as config:
        work(env, config)
        again = work(env, config)

    later = clock.utc_now() + timedelta(days=4)
    assert again == []
    assert SUBSCRIPTIONS.claim(env.services, "test", now=later) is not None


def test_message_marks_its_subscription_as_moved(env: Environment) -> None:
    user_id, _ = env.connect()

    with served(env) as config:
        work(env, config)
        _forget_move(env)
        env.sandbox.deliver(PRIYA, MESSAGE)
        has_moved = until(lambda: moved_at(env, user_id) is not None)

    assert has_moved


def _forget_move(env: Environment) -> None:
    raw(env.rows).execute("update subscriptions set moved_at = null")


def test_renewal_moves_the_end(env: Environment) -> None:
    user_id, _ = env.connect()

    with served(env) as config:
        work(env, config)
        first = own(env, user_id)
        raw(env.rows).execute(
            "update subscriptions set due_at = ?, expires_at = ?",
            [clock.text(clock.utc_now()), clock.text(clock.utc_now() + timedelta(hours=1))],
        )
        work(env, config)

    renewed = own(env, user_id)
    assert renewed.microsoft_id == first.microsoft_id
    assert renewed.is_open(now=clock.utc_now() + timedelta(days=6))
    assert env.calls("/subscriptions/") == ["PATCH"]


def test_subscription_lost_at_microsoft_is_opened_again(env: Environment) -> None:
    user_id, _ = env.connect()

    with served(env) as config:
        work(env, config)
        first = own(env, user_id)
        env.sandbox.state.execute("delete from subscriptions")
        raw(env.rows).execute("update subscriptions set due_at = ?", [clock.text(clock.utc_now())])
        work(env, config)

    again = own(env, user_id)
    assert again.state is SubscriptionState.OPEN
    assert again.microsoft_id != first.microsoft_id
    assert at_microsoft(env) == [again.microsoft_id]


def test_subscription_to_an_old_address_is_replaced(env: Environment) -> None:
    user_id, _ = env.connect()
    with served(env) as config:
        work(env, config)
    before = own(env, user_id)

    with served(env) as config:
        raw(env.rows).execute("update subscriptions set due_at = ?", [clock.text(clock.utc_now())])
        work(env, config)

    after = own(env, user_id)
    assert after.state is SubscriptionState.OPEN
    assert after.microsoft_id != before.microsoft_id
    assert at_microsoft(env) == [after.microsoft_id]


def test_subscription_lost_by_the_portal_is_replaced(env: Environment) -> None:
    user_id, _ = env.connect()

    with served(env) as config:
        work(env, config)
        lost = own(env, user_id)
        raw(env.rows).execute("delete from subscriptions")
        work(env, config)

    again = own(env, user_id)
    assert again.state is SubscriptionState.OPEN
    assert at_microsoft(env) == [again.microsoft_id]
    assert again.microsoft_id != lost.microsoft_id


def test_address_that_cannot_be_checked_is_no_fault_of_the_connection(env: Environment) -> None:
    user_id, _ = env.connect()
    fault = {"path": "/subscriptions", "status": 400, "code": "ValidationError"}
    env.sandbox.control("POST", "faults", fault)

    work(env, env.services.config)

    assert "got no right answer" in (own(env, user_id).failure or "")


def test_failure_is_shown_and_polling_continues(env: Environment) -> None:
    user_id, browser = env.connect()
    env.sandbox.control("POST", "faults", {"path": "/subscriptions", "status": 403})

    worked = work(env, env.services.config)

    failed = own(env, user_id)
    assert worked == [True]
    assert failed.state is SubscriptionState.OPENING
    assert failed.due_at is not None
    assert failed.due_at >= clock.utc_now() + timedelta(minutes=14)
    page = browser.text("/settings/microsoft-365")
    assert "Portal asks Microsoft for new mail, because Microsoft cannot announce it" in page


def test_two_workers_open_one(env: Environment) -> None:
    env.connect()

    with served(env) as config:
        services, now = replace(env.services, config=config), clock.utc_now()
        mine = SUBSCRIPTIONS.claim(services, "one", now=now)
        theirs = SUBSCRIPTIONS.claim(services, "two", now=now)

    assert mine is not None
    assert theirs is None


def test_lost_claim_closes_its_subscription(env: Environment) -> None:
    user_id, _ = env.connect()
    services = env.services

    with served(env) as config:
        now = clock.utc_now()
        claim = SUBSCRIPTIONS.claim(services, "slow", now=now)
        assert claim is not None
        planned = own(env, user_id)
        raw(env.rows).execute("update subscriptions set claimed_by = 'fast'")
        graph = services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)
        subscriptions.keep(
            env.rows,
            graph,
            planned,
            NEW_MAIL,
            base_url=config.base_url,
            by=claim.by,
            now=now,
            opener=lambda: graph,
        )

    assert at_microsoft(env) == []
    assert own(env, user_id).state is SubscriptionState.OPENING


@pytest.mark.parametrize(
    ("base_url", "test_mode", "expected"),
    [
        ("https://portal.example.com", False, True),
        ("https://localhost", False, False),
        ("https://portal.local", False, False),
        ("https://192.168.1.20", False, False),
        ("https://portal", False, False),
        ("http://localhost:8000", False, False),
        ("http://localhost:8000", True, True),
    ],
)
def test_subscriptions_need_a_public_address(
    env: Environment, base_url: str, test_mode: bool, expected: bool
) -> None:
    microsoft = replace(
        env.services.config.microsoft,
        authority="https://login.microsoftonline.com",
        graph="https://graph.microsoft.com",
    )
    config = replace(
        env.services.config, base_url=base_url, test_mode=test_mode, microsoft=microsoft
    )

    assert subscriptions.is_possible(config) is expected


def test_disabled_person_has_nothing_due(env: Environment) -> None:
    user_id, _ = env.connect()
    with env.rows.write():
        raw(env.rows).execute("update users set is_enabled = 0 where id = ?", [user_id])

    assert SUBSCRIPTIONS.claim(env.services, "test", now=clock.utc_now()) is None

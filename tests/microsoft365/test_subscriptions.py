"""Subscriptions: opened, renewed, opened again, and done without."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from portal import clock
from portal.microsoft365 import jobs, subscription_store, subscriptions
from portal.microsoft365.models import Subscription, SubscriptionState
from portal.microsoft365.permissions import Feature
from portal.storage.database import write
from tests.microsoft365.served import served, work
from tests.microsoft365.world import World

MESSAGE = b"From: rosa.ortega@mail.example\r\nTo: priya@northwind.example\r\nSubject: Hi\r\n\r\nHi"
PRIYA = "priya@northwind.example"


def own(world: World, user_id: str) -> Subscription:
    found = subscription_store.subscription_of(world.db, user_id)
    assert found is not None
    return found


def at_microsoft(world: World) -> list[str]:
    return [row["id"] for row in world.sandbox.control("GET", "state")["subscriptions"]]


def moved_at(world: World, user_id: str) -> str | None:
    rows = world.db.query("select moved_at from subscriptions where user_id = ?", [user_id])
    moved: str | None = next(iter(rows))["moved_at"]
    return moved


def until(condition: object, seconds: float = 10) -> bool:
    deadline = clock.monotonic() + seconds
    while clock.monotonic() < deadline:
        if condition():  # type: ignore[operator]  # a function without arguments
            return True
    return False


def test_opening_shakes_hands_and_is_kept(world: World) -> None:
    user_id, browser = world.connect()

    with served(world) as config:
        worked = work(world, config)

    kept = own(world, user_id)
    assert worked == [True]
    assert kept.state is SubscriptionState.OPEN
    assert at_microsoft(world) == [kept.microsoft_id]
    assert kept.is_open(now=clock.utc_now() + timedelta(days=6))
    assert re.fullmatch("[0-9a-f]{64}", kept.client_state_hash)
    assert moved_at(world, user_id) is not None
    page = browser.text("/settings/microsoft-365")
    assert "Microsoft tells the portal about new mail as it arrives." in page


def test_open_subscription_is_left_alone_until_half_its_life(world: World) -> None:
    world.connect()

    with served(world) as config:
        work(world, config)
        again = work(world, config)

    later = clock.utc_now() + timedelta(days=4)
    assert again == []
    assert len(jobs.due_subscriptions(world.db, world.services.config, now=later)) == 1


def test_message_marks_its_subscription_as_moved(world: World) -> None:
    user_id, _ = world.connect()

    with served(world) as config:
        work(world, config)
        _forget_move(world)
        world.sandbox.deliver(PRIYA, MESSAGE)
        has_moved = until(lambda: moved_at(world, user_id) is not None)

    assert has_moved


def _forget_move(world: World) -> None:
    world.db.execute("update subscriptions set moved_at = null")


def test_renewal_moves_the_end(world: World) -> None:
    user_id, _ = world.connect()

    with served(world) as config:
        work(world, config)
        first = own(world, user_id)
        world.db.execute(
            "update subscriptions set due_at = ?, expires_at = ?",
            [clock.text(clock.utc_now()), clock.text(clock.utc_now() + timedelta(hours=1))],
        )
        work(world, config)

    renewed = own(world, user_id)
    assert renewed.microsoft_id == first.microsoft_id
    assert renewed.is_open(now=clock.utc_now() + timedelta(days=6))
    assert world.calls("/subscriptions/") == ["PATCH"]


def test_one_that_microsoft_lost_is_opened_again(world: World) -> None:
    user_id, _ = world.connect()

    with served(world) as config:
        work(world, config)
        first = own(world, user_id)
        world.sandbox.state.execute("delete from subscriptions")
        world.db.execute("update subscriptions set due_at = ?", [clock.text(clock.utc_now())])
        work(world, config)

    again = own(world, user_id)
    assert again.state is SubscriptionState.OPEN
    assert again.microsoft_id != first.microsoft_id
    assert at_microsoft(world) == [again.microsoft_id]


def test_one_that_tells_an_old_address_is_replaced(world: World) -> None:
    user_id, _ = world.connect()
    with served(world) as config:
        work(world, config)
    before = own(world, user_id)

    with served(world) as config:
        world.db.execute("update subscriptions set due_at = ?", [clock.text(clock.utc_now())])
        work(world, config)

    after = own(world, user_id)
    assert after.state is SubscriptionState.OPEN
    assert after.microsoft_id != before.microsoft_id
    assert at_microsoft(world) == [after.microsoft_id]


def test_one_that_we_lost_is_replaced(world: World) -> None:
    user_id, _ = world.connect()

    with served(world) as config:
        work(world, config)
        lost = own(world, user_id)
        world.db.execute("delete from subscriptions")
        work(world, config)

    again = own(world, user_id)
    assert again.state is SubscriptionState.OPEN
    assert at_microsoft(world) == [again.microsoft_id]
    assert again.microsoft_id != lost.microsoft_id


def test_failure_is_told_and_polling_goes_on(world: World) -> None:
    user_id, browser = world.connect()
    world.sandbox.control("POST", "faults", {"path": "/subscriptions", "status": 403})

    worked = work(world, world.services.config)

    failed = own(world, user_id)
    assert worked == [True]
    assert failed.state is SubscriptionState.OPENING
    assert failed.due_at is not None
    assert failed.due_at >= clock.utc_now() + timedelta(minutes=14)
    page = browser.text("/settings/microsoft-365")
    assert "The portal asks Microsoft for new mail, because Microsoft cannot announce it" in page


def test_two_workers_open_one(world: World) -> None:
    world.connect()

    with served(world) as config:
        now = clock.utc_now()
        due = jobs.due_subscriptions(world.db, config, now=now)[0]
        mine = subscriptions.claim(world.db, due, by="one", now=now)
        theirs = subscriptions.claim(world.db, due, by="two", now=now)

    assert mine is not None
    assert theirs is None


def test_claim_that_was_lost_closes_what_it_opened(world: World) -> None:
    user_id, _ = world.connect()
    services = world.services

    with served(world) as config:
        now = clock.utc_now()
        due = jobs.due_subscriptions(world.db, config, now=now)[0]
        claimed = subscriptions.claim(world.db, due, by="slow", now=now)
        assert claimed is not None
        world.db.execute("update subscriptions set claimed_by = 'fast'")
        graph = services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)
        subscriptions.keep(world.db, graph, claimed, base_url=config.base_url, by="slow", now=now)

    assert at_microsoft(world) == []
    assert own(world, user_id).state is SubscriptionState.OPENING


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
    world: World, base_url: str, test_mode: bool, expected: bool
) -> None:
    microsoft = replace(
        world.services.config.microsoft,
        authority="https://login.microsoftonline.com",
        graph="https://graph.microsoft.com",
    )
    config = replace(
        world.services.config, base_url=base_url, test_mode=test_mode, microsoft=microsoft
    )

    assert subscriptions.is_possible(config) is expected


def test_nothing_is_due_for_somebody_disabled(world: World) -> None:
    user_id, _ = world.connect()
    with write(world.db):
        world.db.execute("update users set is_enabled = 0 where id = ?", [user_id])

    assert jobs.due_subscriptions(world.db, world.services.config, now=clock.utc_now()) == []


def test_revoking_forgets_at_once_and_closes_at_microsoft(world: World) -> None:
    _, browser = world.connect()

    with served(world) as config:
        work(world, config)
    answer = browser.post("/settings/microsoft-365/revocation")

    page = browser.text(answer.headers["Location"])
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/revoked"
    assert "What remains at Microsoft" in page
    assert list(world.db.query("select id from connections")) == []
    assert list(world.db.query("select id from subscriptions")) == []
    assert at_microsoft(world) == []
    assert ("Microsoft 365 access revoked", PRIYA, "ok") in world.audited()
    assert "Connect with Microsoft 365" in browser.text("/settings/microsoft-365")


def test_revoking_leaves_no_token_in_the_files(world: World) -> None:
    user_id, browser = world.connect()
    sealed = world.connection(user_id).sealed_refresh_token or ""
    files = list(world.services.config.instance.glob("portal.db*"))
    before = [path.name for path in files if sealed.encode() in path.read_bytes()]

    browser.post("/settings/microsoft-365/revocation")

    after = [path.name for path in files if path.exists() and sealed.encode() in path.read_bytes()]
    assert before != []
    assert after == []


def test_revoking_works_while_microsoft_is_down(world: World) -> None:
    _, browser = world.connect()
    with served(world) as config:
        work(world, config)
    world.sandbox.control("POST", "faults", {"path": "/v1.0", "status": 400})

    answer = browser.post("/settings/microsoft-365/revocation")

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/revoked"
    assert list(world.db.query("select id from connections")) == []


def test_revoking_twice_is_told(world: World) -> None:
    _, browser = world.connect()

    browser.post("/settings/microsoft-365/revocation")
    again = browser.post("/settings/microsoft-365/revocation")

    assert again.headers["Location"] == "/settings/microsoft-365"
    assert "There is no connection to revoke." in browser.text("/settings/microsoft-365")

"""Claims on mailboxes, held by one worker at a time, and the polling interval."""

from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.email import mailboxes, store
from portal.storage.claims import Claim, ClaimLost
from portal.storage.rows import Rows
from tests.email.environment import PRIYA, EmailEnvironment, follow, raw_message
from tests.support import builders
from tests.support.raw_rows import raw

LATER = timedelta(minutes=30)


@pytest.fixture
def mailbox(rows: Rows, now: datetime) -> str:
    """Priya's mailbox: followed, synced a minute ago and due in half an hour."""
    builders.user(rows, "Priya Kaur")
    builders.connection(rows, "priya", connected_at="2026-01-01T00:00:00Z")
    mailbox_id = builders.mailbox(rows, "priya")
    raw(rows).execute(
        "update mailboxes set due_at = ?, last_attempt_at = ?",
        [clock.text(now + LATER), clock.text(now - timedelta(minutes=1))],
    )
    return mailbox_id


def claim(rows: Rows, now: datetime, worker: str = "one") -> Claim | None:
    return store.CLAIMS.claim(rows, worker, now=now, which=store.IS_FOLLOWED)


def notify(rows: Rows, now: datetime) -> None:
    with rows.write():
        store.make_due_by_notification(rows, ["priya"], now)


def test_due_mailbox_is_claimed_by_one_worker(rows: Rows, mailbox: str, now: datetime) -> None:
    early = claim(rows, now)
    first = claim(rows, now + LATER)
    second = claim(rows, now + LATER, "two")

    assert (early, second) == (None, None)
    assert first is not None
    assert first.row_id == mailbox
    assert first.by.startswith("one/")


def test_expired_claim_is_due_again_and_fenced(rows: Rows, mailbox: str, now: datetime) -> None:
    first = claim(rows, now + LATER)
    second = claim(rows, now + LATER + timedelta(minutes=2))
    assert first is not None
    assert second is not None

    with rows.write():
        store.CLAIMS.fence.renew(rows, second, now=now)
    with pytest.raises(ClaimLost), rows.write():
        store.CLAIMS.fence.renew(rows, first, now=now)


def test_killed_worker_leaves_the_mailbox_due(rows: Rows, mailbox: str, now: datetime) -> None:
    """Also when a notification made it due early."""
    notify(rows, now)
    assert claim(rows, now) is not None

    assert claim(rows, now + timedelta(minutes=2)) is not None


def test_notification_makes_the_mailbox_due_once(rows: Rows, mailbox: str, now: datetime) -> None:
    notify(rows, now)
    first = claim(rows, now)
    assert first is not None
    finish(rows, first, now)

    assert claim(rows, now) is None
    assert claim(rows, now + timedelta(seconds=2)) is None


def test_notification_during_a_sync_makes_the_mailbox_due_after_it(
    rows: Rows, mailbox: str, now: datetime
) -> None:
    notify(rows, now)
    first = claim(rows, now)
    assert first is not None
    notify(rows, now)
    meanwhile = claim(rows, now, "two")
    finish(rows, first, now)

    second = claim(rows, now)

    assert meanwhile is None
    assert second is not None


def test_notification_during_a_retry_makes_the_mailbox_due_after_it(
    rows: Rows, mailbox: str, now: datetime
) -> None:
    fail(rows, claim(rows, now + LATER), now + LATER)
    retried = now + LATER + timedelta(hours=1)
    second = claim(rows, retried)
    assert second is not None
    notify(rows, retried)
    finish(rows, second, retried)

    assert claim(rows, retried) is not None


def test_notification_keeps_the_place_of_a_due_mailbox(
    rows: Rows, mailbox: str, now: datetime
) -> None:
    before = value(rows, "due_at")

    notify(rows, now + 2 * LATER)

    assert value(rows, "due_at") == before


def value(rows: Rows, column: str) -> str:
    found: str = next(iter(raw(rows)["mailboxes"].rows))[column]
    return found


def fail(rows: Rows, claimed: Claim | None, now: datetime) -> None:
    assert claimed is not None
    store.CLAIMS.fail(
        rows, claimed, "Wait.", waits=lambda _: timedelta(hours=1), is_throttled=True, now=now
    )


def finish(rows: Rows, claimed: Claim, now: datetime) -> None:
    with rows.write():
        store.finish(rows, claimed, poll_seconds=900, due_at=now + LATER, now=now)


def test_notification_does_not_shorten_a_failures_wait(
    rows: Rows, mailbox: str, now: datetime
) -> None:
    fail(rows, claim(rows, now + LATER), now + LATER)
    notify(rows, now + LATER)

    assert claim(rows, now + LATER + timedelta(minutes=5)) is None
    assert claim(rows, now + LATER + timedelta(hours=1)) is not None


def test_failures_in_a_row_are_counted_since_the_first(
    rows: Rows, mailbox: str, now: datetime
) -> None:
    for minute in range(3):
        at = now + LATER + timedelta(minutes=minute)
        claimed = claim(rows, at)
        assert claimed is not None
        store.CLAIMS.fail(
            rows,
            claimed,
            "Down.",
            waits=lambda times: timedelta(seconds=10 * times),
            is_throttled=False,
            now=at,
        )

    (row,) = raw(rows)["mailboxes"].rows
    assert (row["failure_count"], row["failed_at"]) == (3, clock.text(now + LATER))
    assert row["due_at"] == clock.text(now + LATER + timedelta(minutes=2, seconds=30))


def test_reconnecting_makes_the_mailbox_due(rows: Rows, mailbox: str, now: datetime) -> None:
    raw(rows).execute("update connections set connected_at = ?", [clock.text(now)])

    assert claim(rows, now) is not None


@pytest.mark.parametrize(
    "stop",
    [
        "update users set is_enabled = 0",
        "update mailboxes set is_syncing = 0",
        "update connections set state = 'lapsed'",
        "delete from connections",
    ],
)
def test_mailbox_without_permission_is_never_due(
    rows: Rows, mailbox: str, now: datetime, stop: str
) -> None:
    raw(rows).execute(stop)

    assert claim(rows, now + LATER) is None
    assert store.claim_of_person(rows, "priya", "one", now=now) is None


def test_connected_person_gets_one_mailbox(rows: Rows, mailbox: str, now: datetime) -> None:
    raw(rows).execute("delete from mailboxes")

    added = [store.take_over_readable(rows, now=now) for _ in range(2)]

    assert added == [1, 0]
    assert store.CLAIMS.claim(rows, "one", now=now, which=store.IS_IN_FIRST_SYNC) is not None


def test_polling_slows_down_without_new_mail(env: EmailEnvironment) -> None:
    priya = env.connect(PRIYA)
    seconds = []
    for _ in range(6):
        env.sync(priya)
        seconds.append(polls(env))
    env.arrives(PRIYA, raw_message("News", sender="news@shop.example"))
    env.sync(priya)

    assert seconds == [60, 120, 240, 480, 900, 900]
    assert polls(env) == 60


def test_polling_is_rare_with_a_working_subscription(env: EmailEnvironment, now: datetime) -> None:
    priya = env.connect(PRIYA)
    env.sync(priya)
    subscribe(env, priya, now)

    env.sync(priya)

    assert polls(env) == 900


def test_silent_subscription_speeds_up_polling(env: EmailEnvironment, now: datetime) -> None:
    priya = env.connect(PRIYA)
    env.sync(priya)
    subscribe(env, priya, now)
    env.sync(priya)
    tell(env, ago=timedelta(hours=1))

    seconds = []
    env.arrives(PRIYA, raw_message("News", sender="news@shop.example"))
    for _ in range(3):
        env.sync(priya)
        seconds.append(polls(env))
    tell(env)
    env.sync(priya)

    assert seconds == [60, 120, 240]
    assert polls(env) == 900


def subscribe(env: EmailEnvironment, user_id: str, now: datetime) -> None:
    """Open a subscription that reported new mail just now."""
    tomorrow = clock.utc_now() + timedelta(days=1)
    builders.subscription(env.rows, user_id, expires_at=tomorrow, created_at=now)
    tell(env)


def tell(env: EmailEnvironment, *, ago: timedelta = timedelta(0)) -> None:
    raw(env.rows).execute(
        "update subscriptions set moved_at = ?", [clock.text(clock.utc_now() - ago)]
    )


def polls(env: EmailEnvironment) -> int:
    return int(next(iter(raw(env.rows)["mailboxes"].rows))["poll_seconds"])


def test_request_during_a_sync_is_not_forgotten(env: EmailEnvironment) -> None:
    priya = env.connect(PRIYA)
    env.sync(priya)
    claim = env.claim(priya)
    mailboxes.ask(env.rows, claim.row_id, clock.utc_now())

    follow(env, claim)

    due_at = clock.moment(next(iter(raw(env.rows)["mailboxes"].rows))["due_at"])
    assert due_at <= clock.utc_now()

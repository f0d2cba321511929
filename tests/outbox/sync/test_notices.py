"""Notices that arrive in a synced mailbox, and the mail that they are about."""

from datetime import timedelta

import pytest

from portal import clock
from portal.outbox import store
from portal.outbox.models import Bounce, State
from portal.outbox.sync import notices
from portal.outbox.sync.bounces import Notice, notice
from portal.storage.rows import Rows
from tests.email.environment import PRIYA, EmailEnvironment
from tests.outbox import sent_mail
from tests.outbox.sent_mail import ROSA
from tests.outbox.written_notices import EXCHANGE, report

MARKED = "X-Portal-Message: m1"


def bounces(rows: Rows, mail_id: str = "m1") -> list[tuple[str, Bounce | None, str | None]]:
    found = store.recipients(rows, [mail_id])[mail_id]
    return [(each.address, each.bounce, each.status) for each in found]


def save(rows: Rows, account_id: str, *found: Notice) -> None:
    with rows.write():
        notices.save(rows, account_id, found, now=clock.utc_now())


@pytest.fixture
def sent(team: Rows) -> Rows:
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()))
    return team


def test_failure_is_kept_at_its_recipient(sent: Rows) -> None:
    save(sent, "priya", notice(EXCHANGE))

    assert bounces(sent) == [(ROSA, Bounce.FAILED, "5.1.10")]
    assert store.mail(sent, "m1").state is State.SEEN


def test_one_of_two_recipients_failed(team: Rows) -> None:
    both = (sent_mail.recipient(ROSA, "rosa"), sent_mail.recipient("mei@mail.example", "mei"))
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()), recipients=both)

    save(team, "priya", notice(report([("MEI@mail.example", "failed", "5.2.2")], headers=MARKED)))

    assert bounces(team) == [(ROSA, None, None), ("mei@mail.example", Bounce.FAILED, "5.2.2")]


@pytest.mark.parametrize(
    ("account_id", "written"),
    [
        # In the mailbox of a colleague.
        ("ben", report([(ROSA, "failed", "5.1.1")], headers=MARKED)),
        # About a mail that Portal did not send.
        ("priya", report([(ROSA, "failed", "5.1.1")], headers="X-Portal-Message: m9")),
        ("priya", report([(ROSA, "failed", "5.1.1")], headers="Message-ID: <x@y.example>")),
        ("priya", report([(ROSA, "failed", "5.1.1")])),
        # About a person to whom the mail did not go.
        ("priya", report([("eve@mail.example", "failed", "5.1.1")], headers=MARKED)),
        ("priya", b"From: postmaster@mail.example\n\nNothing of it."),
    ],
)
def test_foreign_and_forged_notices_change_nothing(
    sent: Rows, account_id: str, written: bytes
) -> None:
    save(sent, account_id, notice(written))

    assert bounces(sent) == [(ROSA, None, None)]


def test_notice_about_old_mail_changes_nothing(team: Rows) -> None:
    now = clock.utc_now()
    sent_mail.keep(team, sent_mail.seen("m1", now=now, handed_at=now - timedelta(days=6)))

    save(team, "priya", notice(EXCHANGE))

    assert bounces(team) == [(ROSA, None, None)]


def hand_over(env: EmailEnvironment, user_id: str) -> None:
    now = clock.utc_now()
    sent_mail.keep(
        env.rows,
        sent_mail.seen(
            "m1",
            now=now,
            author_id=user_id,
            account_id=user_id,
            through_id=user_id,
            candidate_id=None,
        ),
        recipients=(sent_mail.recipient(ROSA),),
    )


def test_sync_reads_the_notice_that_arrives(env: EmailEnvironment, connected_priya: str) -> None:
    hand_over(env, connected_priya)
    env.arrives(PRIYA, EXCHANGE)

    env.sync(connected_priya)

    assert bounces(env.rows) == [(ROSA, Bounce.FAILED, "5.1.10")]


def test_sync_passes_over_a_huge_notice(env: EmailEnvironment, connected_priya: str) -> None:
    hand_over(env, connected_priya)
    env.arrives(PRIYA, EXCHANGE.replace(b"Hi Rosa", b"Hi Rosa, " * 130_000))

    env.sync(connected_priya)

    assert bounces(env.rows) == [(ROSA, None, None)]


def test_texts_are_asked_for_only_where_mail_went_out(
    env: EmailEnvironment, connected_priya: str
) -> None:
    graph = env.client(connected_priya)()
    now = clock.utc_now()
    arrived = {"id": env.arrives(PRIYA, EXCHANGE), "receivedDateTime": clock.text(now)}

    before = notices.fetch(env.rows, graph, connected_priya, [arrived], now=now)
    hand_over(env, connected_priya)
    after = notices.fetch(env.rows, graph, connected_priya, [arrived], now=now)

    assert (len(before), len(after)) == (0, 1)

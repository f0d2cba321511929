"""Failures in the middle of a sync: no message is lost or stored twice."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.email import message_pages, store, sync
from portal.email.bodies import TRIES_BEFORE_GIVING_UP, message
from portal.email.headers import header
from portal.graph.errors import (
    MailboxFenced,
    MailboxMissing,
    NeedsReconnect,
    Throttled,
    Unavailable,
)
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, follow, let_retry, raw_message
from tests.email.graph_items import item
from tests.support import builders
from tests.support.raw_rows import raw

TEXTS = r"/me/messages/.*body"
PAGES = r"/messages/delta"


@pytest.fixture
def rosa(env: EmailEnvironment) -> str:
    return env.candidate("Rosa Ortega", ROSA)


def fault(env: EmailEnvironment, path: str, **plan: Any) -> None:
    env.sandbox.control("POST", "faults", {"path": path, **plan})


def mend(env: EmailEnvironment) -> None:
    env.sandbox.control("DELETE", "faults")


def test_message_deleted_before_its_fetch_is_counted(env: EmailEnvironment, rosa: str) -> None:
    env.arrives(PRIYA, raw_message("One"))
    env.arrives(PRIYA, raw_message("Two"))
    fault(env, TEXTS, status=404, times=1)

    env.sync(env.connect(PRIYA))

    assert len(env.subjects(rosa)) == 1
    assert env.left_out() == {"vanished": 1}


@pytest.mark.parametrize("plan", [{"truncate": True}, {"reset": True}, {"status": 504}])
def test_truncated_page_is_requested_again(
    env: EmailEnvironment, rosa: str, plan: dict[str, Any]
) -> None:
    env.arrives(PRIYA, raw_message("One"))
    fault(env, PAGES, times=1, **plan)

    env.sync(env.connect(PRIYA))

    assert env.subjects(rosa) == ["One"]


def test_long_throttling_ends_the_sync_and_the_next_resumes(
    env: EmailEnvironment, rosa: str
) -> None:
    env.arrives(PRIYA, raw_message("One"))
    priya = env.connect(PRIYA)
    fault(env, TEXTS, status=429, retryAfter=120)

    with pytest.raises(Throttled) as refusal:
        env.sync(priya)
    assert refusal.value.retry_after == 120
    assert env.subjects(rosa) == []
    mend(env)
    lapse_claims(env)
    env.sync(priya)

    assert env.subjects(rosa) == ["One"]


def lapse_claims(env: EmailEnvironment) -> None:
    """Let every claim lapse."""
    raw(env.rows).execute("update mailboxes set claimed_until = '2026-01-01T00:00:00Z'")


@pytest.mark.parametrize("code", ["syncStateNotFound", "resyncRequired"])
def test_expired_cursor_while_following_adds_no_duplicates(
    env: EmailEnvironment, rosa: str, code: str
) -> None:
    env.arrives(PRIYA, raw_message("Before"))
    env.arrives(
        PRIYA, raw_message("News", sender="news@shop.example"),
        received_at=clock.utc_now() - timedelta(days=2),
    )  # fmt: skip  # one to a line says no more
    priya = env.connect(PRIYA)
    env.sync(priya)
    env.arrives(PRIYA, raw_message("After"))
    fault(env, rf"{PAGES}\?.*deltatoken", status=410, code=code, times=3)

    env.sync(priya)
    env.sync(priya)

    assert env.subjects(rosa) == ["After", "Before"]
    assert env.left_out() == {"no_candidate": 1}
    assert env.count("message_copies") == 2


def test_expired_cursor_in_the_first_walk_restarts_the_folder(
    env: EmailEnvironment, rosa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "PAGE_SIZE", "odata.maxpagesize=2")
    for number in range(5):
        env.arrives(PRIYA, raw_message(f"{number}"))
        env.arrives(PRIYA, raw_message("News", sender="news@shop.example"))
    priya = env.connect(PRIYA)
    fault(env, rf"{PAGES}\?.*skiptoken", status=410, times=1)

    env.sync(priya)
    unfinished = next(iter(raw(env.rows)["mailboxes"].rows))["first_sync_finished_at"]
    env.sync(priya)

    row = next(iter(raw(env.rows)["mailboxes"].rows))
    assert unfinished is None
    assert row["first_sync_finished_at"] is not None
    assert (row["read_count"], row["kept_count"]) == (10, 5)
    assert env.subjects(rosa) == ["0", "1", "2", "3", "4"]


def test_folder_deleted_during_the_walk_is_skipped(env: EmailEnvironment, rosa: str) -> None:
    env.arrives(PRIYA, raw_message("Archived"), folder="Archive")
    env.arrives(PRIYA, raw_message("Here"))
    fault(env, PAGES, status=404, times=1)
    priya = env.connect(PRIYA)

    env.sync(priya)
    env.sync(priya)

    assert env.subjects(rosa) == ["Archived", "Here"]


def test_missing_or_forbidden_mailbox_is_reported(env: EmailEnvironment, rosa: str) -> None:
    priya = env.connect(PRIYA)
    fault(env, "mailFolders", status=404, code="MailboxNotEnabledForRESTAPI")
    with pytest.raises(MailboxMissing):
        env.sync(priya)
    mend(env)
    lapse_claims(env)
    fault(env, "mailFolders", status=403, code="ErrorAccessDenied")

    with pytest.raises(MailboxFenced):
        env.sync(priya)


def test_mailbox_closed_in_the_middle_of_its_first_sync_is_not_called_synced(
    env: EmailEnvironment, rosa: str
) -> None:
    env.arrives(PRIYA, raw_message("Read before"))
    priya = env.connect(PRIYA)
    fault(env, PAGES, times=2, delayMs=1)  # the first folders are still read
    fault(env, rf"{PAGES}|mailFolders/inbox\?", status=403, code="ErrorAccessDenied")

    with pytest.raises(MailboxFenced):
        env.sync(priya)

    rows = raw(env.rows).execute("select first_sync_finished_at, last_success_at from mailboxes")
    assert [tuple(row) for row in rows] == [(None, None)]


def test_lapsed_connection_is_reported(env: EmailEnvironment, rosa: str) -> None:
    priya = env.connect(PRIYA)
    fault(env, "mailFolders", status=401)

    with pytest.raises(NeedsReconnect):
        env.sync(priya)


def test_unreadable_message_stops_blocking_others(env: EmailEnvironment, rosa: str) -> None:
    graph_id = env.arrives(PRIYA, raw_message("Broken"))
    priya = env.connect(PRIYA)
    claim = env.claim(priya)
    # As the Graph client reports after its own retries.
    fault(env, TEXTS, status=500)
    builders.text_failures(env.rows, priya, graph_id, TRIES_BEFORE_GIVING_UP)

    follow(env, claim)

    assert env.left_out() == {"unreadable": 1}


@pytest.mark.parametrize("plan", [{"status": 500}, {"status": 503, "retryAfter": 20}])
def test_message_is_not_given_up_for_failures_of_its_mailbox(
    env: EmailEnvironment, rosa: str, plan: dict[str, Any]
) -> None:
    env.arrives(PRIYA, raw_message("Slow"))
    priya = env.connect(PRIYA)
    claim = env.claim(priya)
    fault(env, f"{TEXTS}|mailFolders/inbox", **plan)
    raw(env.rows).execute("update mailboxes set failure_count = 50")
    with pytest.raises(Unavailable):
        follow(env, claim)
    mend(env)
    lapse_claims(env)

    env.sync(priya)

    assert env.subjects(rosa) == ["Slow"]
    assert env.left_out() == {}


REFUSALS = [
    {"status": 400, "code": "ErrorInvalidRecipients"},
    {"status": 403, "code": "ErrorAccessDenied"},
    {"status": 500, "code": "ErrorCorruptData"},
    {"status": 404, "code": "MailboxNotEnabledForRESTAPI"},
]


@pytest.mark.parametrize("plan", REFUSALS)
def test_refused_text_holds_up_no_other(
    env: EmailEnvironment, rosa: str, plan: dict[str, Any]
) -> None:
    bad = env.arrives(PRIYA, raw_message("Refused"))
    env.arrives(PRIYA, raw_message("Good"))
    priya = env.connect(PRIYA)
    fault(env, f"{re.escape(bad)}.*body", **plan)

    env.sync(priya)

    assert env.subjects(rosa) == ["Good"]
    assert env.left_out() == {}
    mailbox = next(iter(raw(env.rows)["mailboxes"].rows))
    assert mailbox["failure"] is None
    assert mailbox["due_at"] <= clock.text(clock.utc_now() + timedelta(minutes=1))
    for _ in range(TRIES_BEFORE_GIVING_UP):
        let_retry(env)
        env.sync(priya)
    assert env.left_out() == {"unreadable": 1}
    let_retry(env)
    env.sync(priya)
    assert env.left_out() == {"unreadable": 1}


def test_refused_text_is_retried(env: EmailEnvironment, rosa: str) -> None:
    env.arrives(PRIYA, raw_message("Slow"))
    priya = env.connect(PRIYA)
    fault(env, TEXTS, status=500)
    env.sync(priya)
    before = env.subjects(rosa)
    mend(env)
    let_retry(env)

    env.sync(priya)

    assert (before, env.subjects(rosa)) == ([], ["Slow"])
    assert env.count("text_failures") == 0


def test_refused_text_of_a_former_candidate_is_forgotten(env: EmailEnvironment, rosa: str) -> None:
    env.arrives(PRIYA, raw_message("Slow"))
    priya = env.connect(PRIYA)
    fault(env, TEXTS, status=500)
    env.sync(priya)
    raw(env.rows).execute("delete from candidates where id = ?", [rosa])
    let_retry(env)

    env.sync(priya)

    assert env.count("text_failures") == 0
    assert env.left_out() == {"no_candidate": 1}


def test_candidate_deleted_during_the_sync_gets_nothing(env: EmailEnvironment, rosa: str) -> None:
    claim = env.claim(env.connect(PRIYA))
    mailbox = store.mailbox(env.rows, claim.row_id)
    found = message(header(item()), {"body": {"contentType": "text", "content": "Hello"}})
    raw(env.rows).execute("delete from candidates where id = ?", [rosa])

    with env.rows.write():
        kept = message_pages.save_matches(env.rows, mailbox, [found], now=clock.utc_now())

    assert (kept, env.count("messages"), env.count("feed_entries")) == (0, 0, 0)

"""A worker in this process: it does what is due and records failures."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from portal import clock
from portal.email import mailboxes
from portal.email.jobs import NEW_MAIL
from portal.worker import loop, store
from portal.worker.due import KINDS
from portal.worker.loop import Worker
from portal.worker.models import JobState
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support.raw_rows import raw


@contextmanager
def working(env: EmailEnvironment) -> Iterator[Worker]:
    """Run a worker in its own thread until the block ends."""
    worker = Worker(env.services)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(30)
        assert not thread.is_alive()


def until(holds: Callable[[], bool], *, seconds: float = 20) -> float:
    """Wait for a condition. Returns how long that took."""
    start = time.monotonic()
    while not holds():
        assert time.monotonic() - start < seconds, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - start


def row(env: EmailEnvironment, table: str = "mailboxes") -> dict[str, Any]:
    return next(iter(raw(env.rows)[table].rows))


def test_connected_person_is_synced_and_found_candidates_follow(env: EmailEnvironment) -> None:
    env.arrives(PRIYA, raw_message("Hello"))
    env.connect(PRIYA)
    with working(env):
        until(lambda: bool(env.count("mailboxes")) and row(env)["stage"] == "following")
        rosa = env.candidate("Rosa Ortega", ROSA)
        until(lambda: env.subjects(rosa) == ["Hello"])


def test_notification_brings_a_message_within_two_seconds(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    priya = env.connect(PRIYA)
    with working(env):
        until(lambda: bool(env.count("subscriptions")) and follows_idly(env))
        env.arrives(PRIYA, raw_message("Just now"))
        with env.rows.write():
            NEW_MAIL.make_due(env.rows, priya, clock.utc_now())
        took = until(lambda: env.subjects(rosa) == ["Just now"])

    assert took < 2
    assert priya == "priya"


def follows_idly(env: EmailEnvironment) -> bool:
    mailbox = row(env)
    due = clock.moment(mailbox["due_at"]) if mailbox["stage"] == "following" else None
    return due is not None and mailbox["claimed_by"] is None and due > clock.utc_now()


def test_request_of_a_page_makes_the_mailbox_due(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.connect(PRIYA)
    with working(env):
        until(lambda: bool(env.count("mailboxes")) and follows_idly(env))
        env.arrives(PRIYA, raw_message("Asked for"))
        mailboxes.ask(env.rows, row(env)["id"], clock.utc_now())
        took = until(lambda: env.subjects(rosa) == ["Asked for"])

    assert took < 2


def test_failure_is_stored_as_a_sentence_and_retried(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Later"))
    env.connect(PRIYA)
    env.sandbox.control(
        "POST", "faults", {"path": "mailFolders/delta", "status": 429, "retryAfter": 3600}
    )
    with working(env):
        until(lambda: bool(env.count("mailboxes")) and row(env)["failure"] is not None)
        failed = row(env)
        (job,) = [each for each in store.jobs(env.rows, KINDS) if each.kind == "mailboxes"]
        env.sandbox.control("DELETE", "faults")
        mailboxes.ask(env.rows, failed["id"], clock.utc_now())
        until(lambda: env.subjects(rosa) == ["Later"])
        until(lambda: row(env)["failure"] is None)

    waits = clock.moment(failed["due_at"]) - clock.moment(failed["failed_at"])
    assert round(waits.total_seconds() / 60) == 60
    assert job.state(clock.utc_now()) == JobState.SLOWED


def test_other_mailboxes_continue_while_one_fails(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(ALEX, raw_message("To Alex", to=ALEX))
    for person in (PRIYA, ALEX):
        env.connect(person)
    raw(env.rows).execute("update connections set access_token = 'broken' where user_id = 'priya'")
    with working(env):
        until(lambda: env.subjects(rosa) == ["To Alex"])


def test_lapsed_connection_is_not_due_and_says_reconnect(env: EmailEnvironment) -> None:
    env.connect(PRIYA)
    env.sync("priya")
    raw(env.rows).execute("update connections set state = 'lapsed'")
    mailboxes.ask(env.rows, row(env)["id"], clock.utc_now())
    with working(env) as worker:
        time.sleep(1)
        assert worker.running == {}
    (job,) = [each for each in store.jobs(env.rows, KINDS) if each.kind == "mailboxes"]

    assert job.state(clock.utc_now()) == JobState.RECONNECT
    raw(env.rows).execute(
        "update connections set state = 'working', connected_at = ?",
        [clock.text(clock.utc_now().replace(year=2090))],
    )
    with working(env):
        until(lambda: clock.moment(row(env)["last_success_at"]) >= job_seen(job.last_success_at))


def job_seen(at: datetime | None) -> datetime:
    assert at is not None
    return at


def test_internal_error_does_not_end_the_worker(
    env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.connect(PRIYA)
    raw(env.rows).execute(
        "create trigger trouble before insert on folders "
        "begin select raise(abort, 'the disk is full'); end"
    )
    with working(env):
        until(lambda: bool(env.count("mailboxes")) and row(env)["failure"] is not None)
        assert "went wrong in Portal" in row(env)["failure"]
        raw(env.rows).execute("drop trigger trouble")
        mailboxes.ask(env.rows, row(env)["id"], clock.utc_now())
        until(lambda: row(env)["stage"] == "following")


def test_worker_reports_and_signs_off(env: EmailEnvironment) -> None:
    with working(env) as worker:
        until(lambda: env.count("workers") == 1)
        (seen,) = store.workers(env.rows)
        assert seen.id == worker.name
        assert seen.is_alive(clock.utc_now())

    assert env.count("workers") == 0
    assert worker.name.count("-") >= 2
    assert loop.name_of_this_worker() != worker.name

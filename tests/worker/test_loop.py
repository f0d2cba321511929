"""A worker in this process: it takes up what is due, and writes down what went wrong."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from portal import clock
from portal.email import mailboxes
from portal.microsoft365 import subscription_store
from portal.storage.database import write
from portal.worker import loop, store
from portal.worker.loop import Worker
from portal.worker.models import JobState
from tests.email.office import ALEX, PRIYA, ROSA, Office, raw_message


@contextmanager
def working(office: Office) -> Iterator[Worker]:
    """In a thread of its own, until the block ends."""
    worker = Worker(office.services)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(30)
        assert not thread.is_alive()


def until(holds: Callable[[], bool], *, seconds: float = 20) -> float:
    """Wait for something; how long that took."""
    start = time.monotonic()
    while not holds():
        assert time.monotonic() - start < seconds, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - start


def row(office: Office, table: str = "mailboxes") -> dict[str, Any]:
    return next(iter(office.db[table].rows))


def test_connected_person_is_synced_and_found_candidates_follow(office: Office) -> None:
    office.arrives(PRIYA, raw_message("Hello"))
    office.connect(PRIYA)
    with working(office):
        until(lambda: bool(office.count("mailboxes")) and row(office)["stage"] == "following")
        rosa = office.candidate("Rosa Ortega", ROSA)
        until(lambda: office.subjects(rosa) == ["Hello"])


def test_notification_brings_a_message_within_two_seconds(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    priya = office.connect(PRIYA)
    with working(office):
        until(lambda: bool(office.count("subscriptions")) and follows_idly(office))
        subscription = row(office, "subscriptions")["id"]
        office.arrives(PRIYA, raw_message("Just now"))
        with write(office.db) as db:
            subscription_store.mark_moved(db, subscription, now=clock.utc_now())
        took = until(lambda: office.subjects(rosa) == ["Just now"])

    assert took < 2
    assert priya == "priya"


def follows_idly(office: Office) -> bool:
    mailbox = row(office)
    due = clock.moment(mailbox["due_at"]) if mailbox["stage"] == "following" else None
    return due is not None and mailbox["claimed_by"] is None and due > clock.utc_now()


def test_page_that_asks_makes_the_mailbox_due_at_once(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.connect(PRIYA)
    with working(office):
        until(lambda: bool(office.count("mailboxes")) and follows_idly(office))
        office.arrives(PRIYA, raw_message("Asked for"))
        mailboxes.ask(office.db, row(office)["id"], clock.utc_now())
        took = until(lambda: office.subjects(rosa) == ["Asked for"])

    assert took < 2


def test_failure_is_kept_in_words_and_tried_again(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("Later"))
    office.connect(PRIYA)
    office.sandbox.control(
        "POST", "faults", {"path": "mailFolders/delta", "status": 429, "retryAfter": 3600}
    )
    with working(office):
        until(lambda: bool(office.count("mailboxes")) and row(office)["failure"] is not None)
        failed = row(office)
        (job,) = [each for each in store.jobs(office.db) if each.kind == "mailboxes"]
        office.sandbox.control("DELETE", "faults")
        mailboxes.ask(office.db, failed["id"], clock.utc_now())
        until(lambda: office.subjects(rosa) == ["Later"])
        until(lambda: row(office)["failure"] is None)

    waits = clock.moment(failed["due_at"]) - clock.moment(failed["failed_at"])
    assert round(waits.total_seconds() / 60) == 60
    assert job.state(clock.utc_now()) == JobState.SLOWED


def test_other_mailboxes_go_on_while_one_fails(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(ALEX, raw_message("To Alex", to=ALEX))
    for person in (PRIYA, ALEX):
        office.connect(person)
    office.db.execute("update connections set access_token = 'broken' where user_id = 'priya'")
    with working(office):
        until(lambda: office.subjects(rosa) == ["To Alex"])


def test_lapsed_connection_is_not_due_and_says_reconnect(office: Office) -> None:
    office.connect(PRIYA)
    office.sync("priya")
    office.db.execute("update connections set state = 'lapsed'")
    mailboxes.ask(office.db, row(office)["id"], clock.utc_now())
    with working(office) as worker:
        time.sleep(1)
        assert worker.running == {}
    (job,) = [each for each in store.jobs(office.db) if each.kind == "mailboxes"]

    assert job.state(clock.utc_now()) == JobState.RECONNECT
    office.db.execute(
        "update connections set state = 'working', connected_at = ?",
        [clock.text(clock.utc_now().replace(year=2090))],
    )
    with working(office):
        until(lambda: clock.moment(row(office)["last_success_at"]) >= job_seen(job.last_success_at))


def job_seen(at: datetime | None) -> datetime:
    assert at is not None
    return at


def test_fault_of_our_own_ends_no_worker(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.connect(PRIYA)
    office.db.execute(
        "create trigger trouble before insert on folders "
        "begin select raise(abort, 'the disk is full'); end"
    )
    with working(office):
        until(lambda: bool(office.count("mailboxes")) and row(office)["failure"] is not None)
        assert "portal itself" in row(office)["failure"]
        office.db.execute("drop trigger trouble")
        mailboxes.ask(office.db, row(office)["id"], clock.utc_now())
        until(lambda: row(office)["stage"] == "following")


def test_worker_reports_and_signs_off(office: Office) -> None:
    with working(office) as worker:
        until(lambda: office.count("workers") == 1)
        (seen,) = store.workers(office.db)
        assert seen.id == worker.name
        assert seen.is_alive(clock.utc_now())

    assert office.count("workers") == 0
    assert worker.name.count("-") >= 2
    assert loop.name_of_this_worker() != worker.name

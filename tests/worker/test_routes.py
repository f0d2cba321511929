"""The Jobs page: every piece of work with its state, for administrators only."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.storage.rows import Rows
from portal.worker import store
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, stranger, visitor


@pytest.fixture
def rows(rows: Rows, now: datetime) -> Rows:
    """Priya's mailbox failed, and there are a search and a subscription."""
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Kim Lund", role="limited")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    mailbox = builders.mailbox(rows, "priya")
    builders.connection(rows, "priya")
    later = clock.utc_now() + timedelta(hours=1)
    raw(rows).execute(
        "update mailboxes set failure = 'Microsoft 365 could not be reached.', "
        "failed_at = '2026-11-24T13:00:00Z', failure_count = 3, due_at = ?",
        [clock.text(later)],
    )
    builders.search(
        rows,
        "search",
        mailbox_id=mailbox,
        candidate_id="rosa",
        at=later,
        failure="Down.",
        failed_at=later,
        failure_count=1,
    )
    builders.subscription(
        rows,
        "priya",
        state="opening",
        due_at=later,
        failure="Not reachable.",
        failed_at=later,
        created_at=later,
    )
    return rows


@pytest.fixture
def opened(instance: Path, rows: Rows) -> Callable[[str | None], Visitor]:
    app = portal_in(instance)
    return lambda who: visitor(app, who) if who else stranger(app)


def test_page_shows_failures_and_the_missing_worker(
    opened: Callable[[str | None], Visitor],
) -> None:
    text = opened("alex").text("/admin/jobs")

    assert "No worker is running" in text
    assert "Microsoft 365 could not be reached." in text
    assert "Priya Kaur: rosa.ortega@mail.example" in text
    assert text.count("Try again") == 3


def test_failures_stand_first_and_the_menu_counts_them(
    opened: Callable[[str | None], Visitor],
) -> None:
    jobs, other = opened("alex").text("/admin/jobs"), opened("alex").text("/admin/privacy")
    first, _, rest = jobs.partition("Workers do Portal")

    assert "3 jobs failed or wait for somebody." in first
    assert "Mailboxes: Priya Kaur" in first
    assert "Portal tries again" in first
    assert "Try again" not in rest
    assert "What is wrong" not in rest
    assert "Jobs 3 failed" in other
    assert "3 failed" not in opened("priya").text("/settings/needs-you")


def test_worker_that_reports_is_alive(opened: Callable[[str | None], Visitor], rows: Rows) -> None:
    store.report(rows, "desk-1", "desk", now=clock.utc_now())

    text = opened("alex").text("/admin/jobs")

    assert "No worker is running" not in text
    assert "desk-1" in text


@pytest.mark.parametrize(
    ("who", "status"),
    [("priya", 403), ("kim", 403), (None, 303)],
    ids=["member", "limited", "nobody"],
)
def test_page_is_for_administrators(
    opened: Callable[[str | None], Visitor], who: str | None, status: int
) -> None:
    answer = opened(who).get("/admin/jobs")

    assert (answer.status_code if answer.status_code != 302 else 303) == status


@pytest.mark.parametrize(
    ("kind", "job_id"),
    [("mailboxes", "mailbox-priya"), ("searches", "search"), ("subscriptions", "subscription")],
)
def test_try_again_makes_work_due(
    opened: Callable[[str | None], Visitor], rows: Rows, kind: str, job_id: str
) -> None:
    alex = opened("alex")

    answers = [alex.post(f"/admin/jobs/{kind}/{job_id}/attempt") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    (row,) = raw(rows)[kind].rows
    assert clock.moment(row["due_at"]) <= clock.utc_now()


@pytest.mark.parametrize(
    "path", ["mailboxes/unknown", "searches/unknown", "subscriptions/x", "users/priya"]
)
def test_try_again_of_unknown_work_is_not_found(
    opened: Callable[[str | None], Visitor], path: str
) -> None:
    assert opened("alex").post(f"/admin/jobs/{path}/attempt").status_code == 404


def test_only_administrators_may_try_again(opened: Callable[[str | None], Visitor]) -> None:
    answer = opened("priya").post("/admin/jobs/mailboxes/mailbox-priya/attempt")

    assert answer.status_code == 403


def test_due_work_is_counted_and_stalled_after_minutes(
    opened: Callable[[str | None], Visitor], rows: Rows
) -> None:
    long_ago = clock.text(clock.utc_now() - timedelta(minutes=6))
    with rows.write():
        rows.execute(
            "update mailboxes set failure = null, failed_at = null, due_at = ?", [long_ago]
        )

    text = opened("alex").text("/admin/jobs")

    assert "Stalled" in text
    assert "1 due, the oldest" in text


def test_failed_work_that_is_due_may_be_stalled(
    opened: Callable[[str | None], Visitor], rows: Rows
) -> None:
    long_ago = clock.text(clock.utc_now() - timedelta(minutes=6))
    with rows.write():
        rows.execute("update mailboxes set due_at = ?", [long_ago])

    text = opened("alex").text("/admin/jobs")

    assert "Failed" in text
    assert "Stalled" in text
    assert "1 due, the oldest" in text


def test_messages_without_text_are_counted_without_names(
    opened: Callable[[str | None], Visitor], rows: Rows
) -> None:
    before = opened("alex").text("/admin/jobs")
    builders.left_out(rows, "priya", "2026-11-23", "vanished", 1)
    for day in ("2026-01-01", "2026-11-24"):
        builders.left_out(rows, "priya", day, "unreadable", 600)
    builders.left_out(rows, "priya", "2026-11-24", "no_candidate", 77)

    text = opened("alex").text("/admin/jobs")

    assert "whose text" not in before
    assert "1 message gone before the text could be fetched." in text
    assert "1,200 messages whose text Microsoft could not hand over." in text
    assert "77" not in text


TOLD = "2026-11-24T12:00:00Z"
SILENT_AFTER = "2026-11-24T12:05:00Z"


@pytest.mark.parametrize(
    ("state", "received", "looked_at", "is_silent"),
    [
        ("open", "2026-11-24T12:06:00Z", None, True),
        ("open", "2026-11-24T12:04:00Z", None, False),
        ("open", "2026-11-24T11:00:00Z", None, False),
        ("open", None, "2026-11-25", True),
        ("open", None, "2026-11-24", False),
        ("open", None, None, False),
        ("ended", "2026-11-24T12:06:00Z", "2026-11-25", False),
    ],
)
def test_subscription_without_notifications_is_silent(
    opened: Callable[[str | None], Visitor],
    rows: Rows,
    state: str,
    received: str | None,
    looked_at: str | None,
    is_silent: bool,
) -> None:
    with rows.write():
        rows.execute(
            "update subscriptions set state = ?, moved_at = ?, silent_after = ?",
            [state, TOLD, SILENT_AFTER],
        )
    if received:
        messages.keep(rows, Message("portfolio"), now=clock.moment(received))
    if looked_at:
        builders.left_out(rows, "priya", looked_at, "no_candidate", 1)

    text = opened("alex").text("/admin/jobs")

    assert ("Silent: mail came of which Microsoft told nothing." in text) is is_silent


def test_page_says_when_nothing_waits(opened: Callable[[str | None], Visitor]) -> None:
    text = opened("alex").text("/admin/jobs")

    assert "Stalled" not in text
    assert "No job waits for a worker." in text


def test_try_again_is_recorded(opened: Callable[[str | None], Visitor], rows: Rows) -> None:
    opened("alex").post("/admin/jobs/searches/search/attempt")

    found = (
        raw(rows)
        .execute("select action, target, actor_id from audit_log where action like 'job%'")
        .fetchall()
    )
    assert found == [("job tried again", "searches search", "alex")]

"""A clock of ours that ran ahead delays nothing once it is set right."""

from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.config import Config
from portal.services import Services, build_services
from portal.worker import clock_repair
from portal.worker.due import KINDS
from tests.support import builders
from tests.support.raw_rows import raw

AHEAD = timedelta(days=2)


@pytest.fixture
def services(config: Config) -> Services:
    return build_services(config)


def mailbox(services: Services, **columns: str | None) -> None:
    rows = services.rows
    with rows.write():
        builders.user(rows, "Priya Kaur", id="priya")
        builders.mailbox(rows, "priya", stage="following", **columns)


def row(services: Services, table: str) -> dict[str, str | None]:
    return dict(next(raw(services.rows)[table].rows))


@pytest.mark.parametrize("was_attempted", [True, False])
def test_mailbox_put_off_by_a_clock_ahead_is_due(
    services: Services, now: datetime, was_attempted: bool
) -> None:
    future = clock.text(now + AHEAD)
    mailbox(services, due_at=future, last_attempt_at=future if was_attempted else None)

    clock_repair.undo_future(KINDS, services, now)

    assert row(services, "mailboxes")["due_at"] == clock.text(now)


def test_claim_from_the_future_is_freed(services: Services, now: datetime) -> None:
    mailbox(services, claimed_by="killed", claimed_until=clock.text(now + AHEAD))

    clock_repair.undo_future(KINDS, services, now)

    assert row(services, "mailboxes")["claimed_by"] is None


def test_work_that_waits_rightly_is_left_alone(services: Services, now: datetime) -> None:
    later, soon = clock.text(now + timedelta(hours=1)), clock.text(now + timedelta(seconds=30))
    mailbox(
        services,
        due_at=later,
        last_attempt_at=clock.text(now),
        claimed_by="a worker",
        claimed_until=soon,
    )
    before = row(services, "mailboxes")

    clock_repair.undo_future(KINDS, services, now)

    assert row(services, "mailboxes") == before


def test_candidates_added_afterwards_are_searched(services: Services, now: datetime) -> None:
    future = clock.text(now + AHEAD)
    mailbox(services, candidates_seen_at=future, first_sync_started_at=future)
    with services.rows.write():
        builders.candidate(services.rows, "Rosa Ortega", "rosa@mail.example", now=now + AHEAD)

    clock_repair.undo_future(KINDS, services, now)

    assert row(services, "mailboxes")["candidates_seen_at"] == clock.text(now)
    assert row(services, "candidate_addresses")["added_at"] == clock.text(now)


@pytest.mark.parametrize("column", ["last_success_at", "failed_at"])
def test_clock_that_jumped_during_a_sync_delays_nothing(
    services: Services, now: datetime, column: str
) -> None:
    soon = clock.text(now + timedelta(hours=2))
    mailbox(services, due_at=soon, last_attempt_at=clock.text(now), **{column: soon})

    clock_repair.undo_future(KINDS, services, now)

    repaired = row(services, "mailboxes")
    assert (repaired["due_at"], repaired[column]) == (clock.text(now), clock.text(now))


def test_work_put_off_for_longer_than_any_wait_is_due(services: Services, now: datetime) -> None:
    mailbox(services, due_at=clock.text(now + AHEAD), last_attempt_at=clock.text(now))

    clock_repair.undo_future(KINDS, services, now)

    assert row(services, "mailboxes")["due_at"] == clock.text(now)


def test_refused_text_is_asked_for_again(services: Services, now: datetime) -> None:
    mailbox(services)
    raw(services.rows).execute(
        "insert into text_failures (mailbox_id, graph_id, count, last_failed_at) "
        "select id, 'g', 1, ? from mailboxes",
        [clock.text(now + AHEAD)],
    )

    clock_repair.undo_future(KINDS, services, now)

    assert row(services, "text_failures")["last_failed_at"] == clock.text(now)


def test_addresses_are_read_and_aliases_begin_now(services: Services, now: datetime) -> None:
    future = clock.text(now + AHEAD)
    mailbox(services, addresses_read_at=future, addresses_asked_at=future)
    with services.rows.write():
        builders.alias(services.rows, "priya", "talent@northwind.example", included_from=future)

    clock_repair.undo_future(KINDS, services, now)

    repaired = row(services, "mailboxes")
    assert repaired["addresses_read_at"] == clock.text(now - timedelta(days=1))
    assert repaired["addresses_asked_at"] is None
    assert row(services, "aliases")["included_from"] == clock.text(now)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("held_addresses", {"candidate_id": "rosa", "folded": "rosa@mail.example"}),
        ("held_entries", {"folded": "law.example", "is_domain": True}),
    ],
)
def test_new_mail_is_not_held(
    services: Services, now: datetime, table: str, columns: dict[str, str | bool]
) -> None:
    mailbox(services)
    held = columns | {"id": "held", "user_id": "priya", "asked_by": "Alex Berg"}
    with services.rows.write():
        builders.insert(services.rows, table, {**held, "asked_at": now + AHEAD})

    clock_repair.undo_future(KINDS, services, now)

    assert row(services, table)["asked_at"] == clock.text(now)


def test_directory_is_read_whole_again(services: Services, now: datetime) -> None:
    future = clock.text(now + AHEAD)
    raw(services.rows).execute(
        "update directory_sync set facts_read_at = ?, whole_read_began_at = ?", [future, future]
    )

    clock_repair.undo_future(KINDS, services, now)

    repaired = row(services, "directory_sync")
    assert (repaired["facts_read_at"], repaired["whole_read_began_at"]) == (None, None)


def test_repair_has_nothing_to_do_the_second_time(
    services: Services, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    future = clock.text(now + AHEAD)
    mailbox(services, due_at=future, last_attempt_at=future, last_success_at=future)
    clock_repair.undo_future(KINDS, services, now)
    caplog.clear()

    clock_repair.undo_future(KINDS, services, now)

    assert caplog.records == []

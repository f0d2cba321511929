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


def row(services: Services, table: str) -> dict[str, str]:
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

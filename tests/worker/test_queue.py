"""A kind of work is one declaration; every table of work belongs to exactly one kind."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal.config import Config
from portal.services import Services, build_services
from portal.storage.claims import Claim, ClaimLost, Claims, Fence
from portal.storage.rows import Rows
from portal.worker import store
from portal.worker.due import KINDS
from portal.worker.models import JobState
from portal.worker.queue import Listing, Part, Setback, WorkKind
from tests.support.raw_rows import raw

# The lease of a token that is being renewed. It is taken on demand, so it is no kind of work.
LEASES = {"connections"}
TABLE = """
create table errands (id text primary key, due_at text, claimed_by text, claimed_until text,
    last_attempt_at text, failure text, failed_at text, failure_count integer default 0,
    is_throttled integer default 0)
"""
HOUR = timedelta(hours=1)


def refuse(_services: Services, _claim: Claim, _should_stop: Callable[[], bool]) -> None:
    raise RuntimeError("The errand fails.")


ERRANDS = WorkKind(
    name="errand",
    part=Part("errands", "Errands", "Made up.", "There are none."),
    claims=Claims(Fence("errands", "e")),
    listing=Listing(about="'Errand ' || e.id", stage="'half-way'"),
    work=refuse,
)


@pytest.fixture
def services(config: Config, now: datetime) -> Services:
    """One errand is due."""
    services = build_services(config)
    with services.rows.write():
        raw(services.rows).execute(TABLE)
        services.rows.execute("insert into errands (id, due_at) values ('one', ?)", [now])
    return services


def claim(services: Services, now: datetime) -> Claim:
    claimed = ERRANDS.claim(services, "worker", now=now)
    assert claimed is not None
    return claimed


def test_made_up_kind_is_claimed_by_one_worker(services: Services, now: datetime) -> None:
    claimed = claim(services, now)

    assert claimed.row_id == "one"
    assert ERRANDS.claim(services, "another", now=now) is None


def test_made_up_kind_is_failed_shown_and_retried(services: Services, now: datetime) -> None:
    claimed = claim(services, now)
    (running,) = store.jobs(services.rows, [ERRANDS])
    ERRANDS.fail(services, claimed, Setback("It failed.", lambda _: HOUR), now=now)
    (failed,) = store.jobs(services.rows, [ERRANDS])
    waiting = ERRANDS.claim(services, "worker", now=now)
    with services.rows.write():
        made_due = ERRANDS.make_due(services.rows, "one", now=now)
    retried = ERRANDS.claim(services, "worker", now=now)

    assert (running.about, running.stage, running.worker(now)) == (
        "Errand one",
        "half-way",
        "worker",
    )
    assert running.state(now) is JobState.RUNNING
    assert (failed.state(now), failed.reason) == (JobState.FAILED, "It failed.")
    assert failed.due_at == now + HOUR
    assert (waiting, made_due) == (None, True)
    assert retried is not None


def test_made_up_kind_is_freed(services: Services, now: datetime) -> None:
    claim(services, now)
    with services.rows.write():
        ERRANDS.claims.fence.free(services.rows)

    assert ERRANDS.claim(services, "another", now=now) is not None


def test_late_worker_loses_to_its_successor(services: Services, now: datetime) -> None:
    late = claim(services, now)
    successor = claim(services, now + HOUR)

    ERRANDS.extend(services, late, now=now + 2 * HOUR)
    ERRANDS.fail(services, late, Setback("Late.", lambda _: HOUR), now=now + HOUR)
    with services.rows.write():
        ERRANDS.claims.fence.renew(services.rows, successor, now=now + HOUR)

    with pytest.raises(ClaimLost), services.rows.write():
        ERRANDS.claims.fence.renew(services.rows, late, now=now + HOUR)
    (job,) = store.jobs(services.rows, [ERRANDS])
    assert job.failure is None


def test_every_table_of_work_belongs_to_one_kind(rows: Rows) -> None:
    found = [
        table.name
        for table in raw(rows).tables
        if any(column.name.endswith("claimed_by") for column in table.columns)
    ]

    assert sorted(found) == sorted([*LEASES, *(kind.claims.fence.table for kind in KINDS)])

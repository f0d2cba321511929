"""All SQL for workers that report, and for the list of all work with its state."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.microsoft365 import consent_store
from portal.microsoft365.hindrances import consent_hindrance
from portal.storage.rows import Rows
from portal.worker.models import Job, WorkerRow
from portal.worker.queue import WorkKind

DAY = timedelta(days=1)
MOST_JOBS = 500


def report(rows: Rows, worker: str, host: str, *, now: datetime) -> None:
    """Still alive."""
    with rows.write():
        rows.execute(
            "insert into workers (id, host, started_at, seen_at) values (?, ?, ?, ?) "
            "on conflict (id) do update set seen_at = excluded.seen_at",
            [worker, host, clock.text(now), clock.text(now)],
        )


def sign_off(rows: Rows, worker: str) -> None:
    with rows.write():
        rows.execute("delete from workers where id = ?", [worker])


def forget_silent(rows: Rows, *, now: datetime) -> None:
    with rows.write():
        rows.execute("delete from workers where seen_at < ?", [clock.text(now - DAY)])


def forget_all(rows: Rows) -> None:
    """Forget every worker, as after a restore. Belongs inside write()."""
    rows.execute("delete from workers")


def workers(rows: Rows) -> list[WorkerRow]:
    """The one that reported last comes first."""
    return [
        WorkerRow(row["id"], row["host"], clock.moment(row["seen_at"]))
        for row in rows.all(dict, "select * from workers order by seen_at desc, id")
    ]


def jobs(rows: Rows, kinds: Iterable[WorkKind[Any]]) -> list[Job]:
    """Every row of work, by kind. A kind lists no more than some hundred."""
    hindrance = consent_hindrance(consent_store.consent(rows))
    return [
        _job(kind, row, hindrance)
        for kind in kinds
        for row in rows.all(dict, _listed(kind), [MOST_JOBS])
    ]


def failed_count(rows: Rows, kinds: Iterable[WorkKind[Any]]) -> int:
    """How many jobs the page shows as failed, for the menu of every page."""
    counts = " union all ".join(_failed(kind) for kind in kinds)
    return rows.value(int, f"select sum(found) from ({counts}) as each_kind") or 0  # noqa: S608  # constants


def _failed(kind: WorkKind[Any]) -> str:
    listing, row = kind.listing, kind.claims.fence.alias
    which = (
        f"{listing.which} and {row}.failure is not null and {row}.is_throttled = 0 "
        f"and ({listing.off_because}) is null and ({listing.is_connected}) = 1 "
        f"and ({listing.waits_for_consent}) = 0"
    )
    return kind.claims.counted(joins=listing.joins, which=which)


def _listed(kind: WorkKind[Any]) -> str:
    listing, row = kind.listing, kind.claims.fence.alias
    counts = [f"{note.count} as note_{place}" for place, note in enumerate(kind.notes)]
    columns = [
        f"{row}.id, {listing.about} as about, {listing.stage} as stage",
        f"{listing.due_at or f'{row}.due_at'} as due_at, {row}.claimed_by, {row}.claimed_until",
        f"{listing.last_success_at} as last_success_at, {row}.failure, {row}.failed_at",
        f"{row}.is_throttled, {listing.off_because} as off_because",
        f"{listing.is_connected} as is_connected",
        f"{listing.waits_for_consent} as waits_for_consent",
        *counts,
    ]
    return kind.claims.listed(
        columns, joins=listing.joins, which=listing.which, order=listing.order
    )


def _job(kind: WorkKind[Any], row: Mapping[str, Any], hindrance: str) -> Job:
    counts = [(note, row[f"note_{place}"]) for place, note in enumerate(kind.notes)]
    return Job(
        kind=kind.part.name,
        id=row["id"],
        about=row["about"],
        stage=kind.stages.get(row["stage"], row["stage"]),
        due_at=clock.moment_or_none(row["due_at"]),
        claimed_by=row["claimed_by"],
        claimed_until=clock.moment_or_none(row["claimed_until"]),
        last_success_at=clock.moment_or_none(row["last_success_at"]),
        failure=row["failure"],
        failed_at=clock.moment_or_none(row["failed_at"]),
        is_throttled=bool(row["is_throttled"]),
        off_because=row["off_because"],
        is_connected=bool(row["is_connected"]),
        waits_for=hindrance if row["waits_for_consent"] else "",
        notes=tuple(note.says(count) for note, count in counts if count),
    )

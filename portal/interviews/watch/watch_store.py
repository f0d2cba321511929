"""All SQL for watched calendars: which there are, and when each was read."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime, timedelta

from portal.interviews.models import LONGEST, Event, Goal, State, Step
from portal.interviews.watch.models import Upcoming, Watch
from portal.storage.claims import Claim, Claims, Fence
from portal.storage.rows import Rows
from portal.worker.queue import Listing

IS_ENABLED = "exists (select 1 from enabled_platforms p where p.name = 'microsoft-365')"
CLAIMS = Claims(Fence("interview_watches", "w", may_work=IS_ENABLED), restart="is_throttled = 0")
NAME = (
    "coalesce((select g.name from scheduling_calendars g where g.group_id = w.group_id), "
    "(select u.display_name from people u where u.id = w.user_id), w.id)"
)
LISTING = Listing(
    about=NAME,
    stage="case when w.group_id is null then 'own' else 'group' end",
    last_success_at="w.last_success_at",
    off_because=f"case when not {IS_ENABLED} then 'Microsoft 365 is not enabled' end",
)
COLUMNS = f"{', '.join(f'w.{each.name}' for each in fields(Watch)[:-1])}, {NAME} as name"
# Requests for a read that come in a storm are answered together.
BETWEEN_READS = timedelta(seconds=10)
# Events that people are invited to, of interviews that are to take place and are not over. None
# begins before `:since`, which finds them by the index.
WATCHED = f"""
    from interview_events e join interviews i on i.id = e.interview_id
    where e.generation = i.generation and e.step = '{Step.INVITED}' and e.graph_id is not null
        and i.state in ('{State.SCHEDULED}', '{State.CHANGING}', '{State.ASKS}')
        and i.goal = '{Goal.SCHEDULED}' and i.ends_at > :now and i.starts_at > :since
        and (e.group_id is not null or e.owner_user_id is not null)
"""  # constants
ID = "case when e.group_id is null then 'own:' || e.owner_user_id else 'group:' || e.group_id end"
OWNER = "case when e.group_id is null then e.owner_user_id end"
UNPLANNED = (
    f"select distinct {ID} as id, e.group_id, {OWNER} as user_id {WATCHED} and not exists "  # noqa: S608  # constants
    f"(select 1 from interview_watches w where w.id = {ID})"
)


def is_planned(rows: Rows, *, now: datetime) -> bool:
    args = {"now": now, "since": now - LONGEST}
    return rows.one(tuple, f"{UNPLANNED} limit 1", args) is None


def plan(rows: Rows, *, now: datetime) -> None:
    """Watch each calendar with coming interviews. Belongs inside write()."""
    rows.execute(
        "insert into interview_watches (id, group_id, user_id, due_at) "  # noqa: S608  # constants
        f"select id, group_id, user_id, :now from ({UNPLANNED}) as u where 1 = 1 "
        "on conflict (id) do nothing",
        {"now": now, "since": now - LONGEST},
    )


def upcoming(rows: Rows, watch_id: str, *, now: datetime) -> list[Upcoming]:
    """The events to watch on a calendar. One whose interview a worker has is `is_written`."""
    return rows.all(
        Upcoming,
        "select e.id as event_id, e.interview_id, e.graph_id, "  # noqa: S608  # constants
        "coalesce(e.agreed_starts_at, i.starts_at) as starts_at, "
        "coalesce(e.agreed_ends_at, i.ends_at) as ends_at, e.seen_etag, "
        "case when e.missing_since is null then 0 else 1 end as is_missing, "
        "case when exists (select 1 from interview_work k where k.id = i.id "
        f"and k.claimed_until > :now) then 1 else 0 end as is_written {WATCHED} and {ID} = :id "
        "order by e.interview_id, e.role desc",
        {"id": watch_id, "now": now, "since": now - LONGEST},
    )


def is_written(rows: Rows, interview_id: str, *, now: datetime) -> bool:
    """Whether a worker writes this interview now."""
    sql = "select 1 from interview_work where id = ? and claimed_until > ?"
    return rows.value(int, sql, [interview_id, now]) is not None


def id_of(event: Event) -> str:
    """The watch of the calendar that an event is on."""
    return f"group:{event.group_id}" if event.group_id else f"own:{event.owner_user_id}"


def watch(rows: Rows, watch_id: str) -> Watch | None:
    sql = f"select {COLUMNS} from interview_watches w where w.id = ?"  # noqa: S608  # constants
    return rows.one(Watch, sql, [watch_id])


def watches(rows: Rows) -> list[Watch]:
    """Every watched calendar, by name."""
    return rows.all(Watch, f"select {COLUMNS} from interview_watches w order by name, id")  # noqa: S608  # constants


def is_enabled(rows: Rows) -> bool:
    """Whether calendars are read at all."""
    return rows.value(int, f"select 1 where {IS_ENABLED}") is not None


def last_read(rows: Rows, event: Event) -> datetime | None:
    """When the part of a calendar that an event is in was last read whole. None if never."""
    found = watch(rows, id_of(event))
    if found is None or event.agreed_starts_at is None:
        return None
    return found.read_at(event.agreed_starts_at)


def ask(rows: Rows, watch_ids: Collection[str], *, now: datetime) -> bool:
    """Let a worker read calendars soon. False if none is watched. Belongs inside write().

    Several requests within seconds are one read. A failure's waiting time goes on, since Microsoft
    may have asked for it.
    """
    asked = rows.execute(
        "update interview_watches set asked_at = :now, due_at = case "
        "when failure is not null or due_at <= :now then due_at "
        "when near_read_at > :before then :soon else :now end where id in :ids",
        {
            "ids": [*watch_ids],
            "now": now,
            "before": now - BETWEEN_READS,
            "soon": now + BETWEEN_READS,
        },
    )
    return asked > 0


def finish(
    rows: Rows,
    claim: Claim,
    *,
    began_at: datetime,
    far_read_at: datetime | None,
    due_at: datetime,
    now: datetime,
) -> None:
    """Keep when a calendar was read, and when next. One that was asked for since is due soon.

    Belongs inside write().
    """
    CLAIMS.fence.release(
        rows,
        claim,
        ", near_read_at = ?, far_read_at = coalesce(?, far_read_at), "
        "due_at = case when asked_at >= ? and asked_at <= ? then ? else ? end, "
        "last_success_at = ?, "
        "failure = null, failed_at = null, failure_count = 0, is_throttled = 0",
        began_at,
        far_read_at,
        began_at,
        now,
        began_at + BETWEEN_READS,
        due_at,
        now,
    )


def end(rows: Rows, claim: Claim) -> None:
    """Watch a calendar no more. Belongs inside write()."""
    rows.execute(
        "delete from interview_watches where id = ? and claimed_by = ?", [claim.row_id, claim.by]
    )

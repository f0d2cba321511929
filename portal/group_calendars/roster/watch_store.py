"""All SQL for the daily read of group calendars: which are due, and what it found of each group."""

from datetime import datetime

from portal.group_calendars.roster.models import Watch
from portal.storage.claims import Claim, Claims, Fence
from portal.storage.rows import Rows
from portal.worker.queue import Listing

IS_ENABLED = "exists (select 1 from enabled_platforms p where p.name = 'microsoft-365')"
CAN_BE_READ = "r.state = 'ready' and r.is_member = 1"
# A person connected since their last read, or a member whose token was in use is lost.
HAS_CHANGED = f"""
    exists (select 1 from schedulers s left join calendar_reach r
        on r.user_id = s.user_id and r.calendar_id = w.id
        where s.connection_state = 'working' and s.connected_at <= :now
        and (r.checked_at is null or r.checked_at < s.connected_at))
    or exists (select 1 from calendar_reach r where r.calendar_id = w.id and {CAN_BE_READ}
        and not exists (select 1 from schedulers s
            where s.user_id = r.user_id and s.connection_state = 'working'))
"""  # noqa: S608  # constants
# A failure waits out its time, and so does a group that is missing, whatever changed.
IS_DUE = f"""
    w.due_at <= :now or (w.failure is null and w.missing_since is null and ({HAS_CHANGED}))
"""
CLAIMS = Claims(
    Fence("group_calendar_watches", "w", may_work=IS_ENABLED),
    is_due=IS_DUE,
    restart="is_throttled = 0",
)
LISTING = Listing(
    about="(select g.name from group_calendars g where g.id = w.id)",
    stage="'waiting'",
    last_success_at="w.last_success_at",
    off_because=f"case when not {IS_ENABLED} then 'Microsoft 365 is not enabled' end",
)


def is_enabled(rows: Rows) -> bool:
    """Whether group calendars are read at all."""
    return rows.value(int, f"select 1 where {IS_ENABLED}") is not None


def is_planned(rows: Rows) -> bool:
    sql = (
        "select 1 from group_calendars g left join group_calendar_watches w on w.id = g.id "
        "where w.id is null limit 1"
    )
    return rows.value(int, sql) is None


def plan(rows: Rows, *, now: datetime) -> None:
    """Make each calendar due that was not read yet. Belongs inside write()."""
    rows.execute(
        "insert into group_calendar_watches (id, due_at, next_round_at) "
        "select g.id, :now, :now from group_calendars g where not exists "
        "(select 1 from group_calendar_watches w where w.id = g.id)",
        {"now": now},
    )


def watch(rows: Rows, calendar_id: str) -> Watch | None:
    return rows.one(Watch, "select * from group_calendar_watches where id = ?", [calendar_id])


def watches(rows: Rows) -> dict[str, Watch]:
    """Read the state of each calendar that was planned, by its id."""
    return {each.id: each for each in rows.all(Watch, "select * from group_calendar_watches")}


def make_round_due(rows: Rows, calendar_id: str, *, now: datetime) -> None:
    """Let a worker read everything again now. Belongs inside write()."""
    rows.execute(
        "insert into group_calendar_watches (id, due_at, next_round_at) values (:id, :now, :now) "
        "on conflict (id) do update set due_at = excluded.due_at, "
        "next_round_at = excluded.next_round_at, is_throttled = 0",
        {"id": calendar_id, "now": now},
    )


def start_round(rows: Rows, calendar_id: str, *, next_at: datetime, now: datetime) -> None:
    rows.execute(
        "update group_calendar_watches set round_started_at = ?, next_round_at = ? where id = ?",
        [now, next_at, calendar_id],
    )


def save_found(rows: Rows, calendar_id: str) -> None:
    """Microsoft found the group. Belongs inside write()."""
    rows.execute(
        "update group_calendar_watches set missing_since = null, gone_since = null where id = ?",
        [calendar_id],
    )


def gone(rows: Rows) -> list[str]:
    """The calendars whose group Microsoft did not find twice, at a distance."""
    return rows.all(str, "select id from group_calendar_watches where gone_since is not null")


def save_failing(rows: Rows, calendar_id: str, *, is_failing: bool, now: datetime) -> None:
    """Keep since when a check of the group fails. Belongs inside write()."""
    rows.execute(
        "update group_calendar_watches set failing_since = "
        "case when :failing = 1 then coalesce(failing_since, :now) end where id = :id",
        {"id": calendar_id, "failing": is_failing, "now": now},
    )


def save_write_refused(rows: Rows, calendar_id: str, *, is_refused: bool, now: datetime) -> None:
    """Keep since when writes are refused. Belongs inside write()."""
    rows.execute(
        "update group_calendar_watches set write_refused_since = "
        "case when :refused = 1 then coalesce(write_refused_since, :now) end where id = :id",
        {"id": calendar_id, "refused": is_refused, "now": now},
    )


def save_missing(
    rows: Rows, calendar_id: str, *, since: datetime, gone_since: datetime | None
) -> None:
    rows.execute(
        "update group_calendar_watches set missing_since = ?, gone_since = ? where id = ?",
        [since, gone_since, calendar_id],
    )


def save_name_before(rows: Rows, calendar_id: str, name: str, *, now: datetime) -> None:
    rows.execute(
        "update group_calendar_watches set renamed_from = ?, renamed_at = ? where id = ?",
        [name, now, calendar_id],
    )


def note_watched(rows: Rows, calendar_id: str, *, now: datetime) -> None:
    """Keep since when no member's token reads the calendar, or that one does."""
    rows.execute(
        "update group_calendar_watches set unwatched_since = case when exists "  # noqa: S608  # a constant
        "(select 1 from calendar_reach r join schedulers s on s.user_id = r.user_id "
        f"where r.calendar_id = group_calendar_watches.id and {CAN_BE_READ} "
        "and s.connection_state = 'working') then null else coalesce(unwatched_since, :now) end "
        "where id = :id",
        {"id": calendar_id, "now": now},
    )


def finish(rows: Rows, claim: Claim, *, due_at: datetime, now: datetime) -> None:
    CLAIMS.fence.release(
        rows,
        claim,
        ", due_at = ?, last_success_at = ?, failure = null, failed_at = null, failure_count = 0, "
        "is_throttled = 0",
        due_at,
        now,
    )

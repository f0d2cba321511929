"""All SQL for people's access to group calendars."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.group_calendars.roster.models import Probe, Scheduler
from portal.storage.rows import Rows

# A read that told nothing is repeated after this time.
REPEATED_AFTER = timedelta(minutes=15)
SCHEDULERS = """
select s.user_id, s.name, s.address, s.object_id, s.connection_state, s.scopes, s.connected_at,
    r.is_member, coalesce(r.state, 'waiting') as state, coalesce(r.reason, '') as reason,
    r.checked_at, r.used_at, r.reminded_at, r.reminder_id
from schedulers s left join calendar_reach r on r.user_id = s.user_id and r.calendar_id = :calendar
"""


def schedulers(rows: Rows, calendar_id: str) -> list[Scheduler]:
    """List everybody who recruits, by name."""
    sql = f"{SCHEDULERS} order by lower(s.name), s.user_id"
    return rows.all(Scheduler, sql, {"calendar": calendar_id})


def scheduler(rows: Rows, calendar_id: str, user_id: str) -> Scheduler | None:
    return rows.one(
        Scheduler,
        f"{SCHEDULERS} where s.user_id = :user",
        {"calendar": calendar_id, "user": user_id},
    )


def interview_counts(rows: Rows, *, since: datetime, until: datetime) -> dict[str, int]:
    """Count the interviews of each person in a span, on whichever calendar, by user id."""
    found = rows.all(
        tuple,
        "select p.user_id, count(*) from interview_panelists p "
        "join coming_interviews i on i.interview_id = p.interview_id "
        "where i.state <> 'needs_time' and i.starts_at >= ? and i.starts_at < ? "
        "group by p.user_id",
        [since, until],
    )
    return dict(found)


def to_probe(rows: Rows, calendar_id: str, *, now: datetime) -> list[Scheduler]:
    """Connected people whose access was not read in this round, the longest unread first."""
    return rows.all(
        Scheduler,
        f"{SCHEDULERS} join group_calendar_watches w on w.id = :calendar "
        "where s.connection_state = 'working' and (r.checked_at is null "
        "or (r.checked_at < s.connected_at and s.connected_at <= :now) "
        "or r.checked_at < w.round_started_at "
        "or (r.state = 'unknown' and r.checked_at <= :before)) "
        "order by coalesce(r.checked_at, ''), s.user_id",
        {"calendar": calendar_id, "now": now, "before": now - REPEATED_AFTER},
    )


def readers(rows: Rows, calendar_id: str) -> list[Scheduler]:
    """Connected people whose token may read: proven members first, the longest unused first."""
    return rows.all(
        Scheduler,
        f"{SCHEDULERS} where s.connection_state = 'working' and (r.state is null "
        "or r.state <> 'refused' or r.checked_at < s.connected_at) "
        "order by case when r.state = 'ready' and r.is_member = 1 then 0 else 1 end, "
        "coalesce(r.used_at, ''), s.user_id",
        {"calendar": calendar_id},
    )


def writers(rows: Rows, calendar_id: str) -> list[Scheduler]:
    """Members whose token reads the calendar and was refused no write, the longest unused first."""
    return rows.all(
        Scheduler,
        f"{SCHEDULERS} where s.connection_state = 'working' and r.state = 'ready' "
        "and r.is_member = 1 and r.write_refused_at is null "
        "order by coalesce(r.used_at, ''), s.user_id",
        {"calendar": calendar_id},
    )


def member_addresses(rows: Rows, calendar_id: str) -> list[str]:
    """The addresses of everybody whose own connection was seen to be a member's, also long ago."""
    return rows.all(
        str,
        "select s.address from schedulers s join calendar_reach r on r.user_id = s.user_id "
        "where r.calendar_id = ? and r.is_member = 1",
        [calendar_id],
    )


def save_write_refused(rows: Rows, calendar_id: str, user_id: str, *, now: datetime) -> None:
    """Keep that a person's write was refused, until the next round. Belongs inside write()."""
    rows.execute(
        "insert into calendar_reach (calendar_id, user_id, write_refused_at) values (?, ?, ?) "
        "on conflict (calendar_id, user_id) do update set "
        "write_refused_at = excluded.write_refused_at",
        [calendar_id, user_id, now],
    )


def forget_refused_write(rows: Rows, calendar_id: str, user_id: str) -> bool:
    """Forget that of one person who wrote since. True if others were refused. Inside write()."""
    rows.execute(
        "update calendar_reach set write_refused_at = null where calendar_id = ? and user_id = ?",
        [calendar_id, user_id],
    )
    sql = (
        "select 1 from calendar_reach where calendar_id = ? and write_refused_at is not null "
        "limit 1"
    )
    return rows.value(int, sql, [calendar_id]) is not None


def forget_refused_writes(rows: Rows, calendar_id: str) -> None:
    """Let everybody write again: the group may have been changed. Belongs inside write()."""
    rows.execute(
        "update calendar_reach set write_refused_at = null "
        "where calendar_id = ? and write_refused_at is not null",
        [calendar_id],
    )


def count_unknown(rows: Rows, calendar_id: str) -> int:
    """Count connected people of whom the last read told nothing."""
    found = rows.value(
        int,
        "select count(*) from calendar_reach r join schedulers s on s.user_id = r.user_id "
        "where r.calendar_id = ? and r.state = 'unknown' and s.connection_state = 'working'",
        [calendar_id],
    )
    return found or 0


def save_membership(rows: Rows, calendar_id: str, found: Mapping[str, bool | None]) -> None:
    """Keep who is in the group, by user id. Belongs inside write()."""
    rows.many(
        "insert into calendar_reach (calendar_id, user_id, is_member) "
        "select :calendar, user_id, cast(:member as integer) from schedulers where user_id = :user "
        "on conflict (calendar_id, user_id) do update set is_member = excluded.is_member",
        [
            {"calendar": calendar_id, "user": user_id, "member": is_member}
            for user_id, is_member in found.items()
        ],
    )


def save_probe(
    rows: Rows, calendar_id: str, user_id: str, state: Probe, *, reason: str = "", now: datetime
) -> None:
    """Keep what a person's own read showed. Belongs inside write()."""
    rows.execute(
        "insert into calendar_reach (calendar_id, user_id, state, reason, checked_at) "
        "values (?, ?, ?, ?, ?) on conflict (calendar_id, user_id) do update set "
        "state = excluded.state, reason = excluded.reason, checked_at = excluded.checked_at",
        [calendar_id, user_id, state, reason, now],
    )


def forget_lost(rows: Rows, calendar_id: str) -> None:
    """Let members whose connection ended wait for their next one. Belongs inside write()."""
    rows.execute(
        "update calendar_reach set state = 'waiting', reason = '' where calendar_id = ? "
        "and state = 'ready' and not exists (select 1 from schedulers s "
        "where s.user_id = calendar_reach.user_id and s.connection_state = 'working')",
        [calendar_id],
    )


def save_use(rows: Rows, calendar_id: str, user_id: str, *, now: datetime) -> None:
    """Keep when a person's token last read for everybody. Belongs inside write()."""
    rows.execute(
        "insert into calendar_reach (calendar_id, user_id, used_at) values (?, ?, ?) "
        "on conflict (calendar_id, user_id) do update set used_at = excluded.used_at",
        [calendar_id, user_id, now],
    )


def save_reminder(
    rows: Rows, calendar_id: str, user_id: str, mail_id: str, *, now: datetime
) -> None:
    """Keep a person's last reminder. Belongs inside write()."""
    rows.execute(
        "insert into calendar_reach (calendar_id, user_id, reminded_at, reminder_id) "
        "values (?, ?, ?, ?) on conflict (calendar_id, user_id) do update set "
        "reminded_at = excluded.reminded_at, reminder_id = excluded.reminder_id",
        [calendar_id, user_id, now, mail_id],
    )

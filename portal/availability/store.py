"""All SQL for the calendars that are read: whose, their times, and the calendars of series."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.availability.models import (
    CalendarRead,
    Event,
    Person,
    Reader,
    Series,
    Source,
)
from portal.microsoft365.permissions import sufficient
from portal.storage.claims import Claim, ClaimLost, Claims, Fence
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.storage.statements import has_word
from portal.worker.queue import Listing

# The name of subscriptions that wake the reading of a calendar.
WAKES = "calendar"
ENOUGH = sufficient("Calendars.Read")
IS_ENOUGH = "role in ('" + "', '".join(ENOUGH) + "')"
IS_CONNECTED = "(" + " or ".join(has_word("c.scopes", each) for each in ENOUGH) + ")"
IS_PERSON = "exists (select 1 from calendar_people p where p.user_id = f.user_id)"
# A person who connected or revoked does not wait for the next round, nor one who connected in the
# second in which a read without a connection failed. What nobody needs any more
# is due too, so that it is deleted.
IS_DUE = f"""
    f.due_at <= :now or f.wanted_until <= :now or not {IS_PERSON}
    or exists (select 1 from connected_accounts c
        where c.user_id = f.user_id and c.connected_at <= :now
        and (c.connected_at > f.last_attempt_at
            or (c.connected_at = f.last_attempt_at and f.failure is not null)))
    or (f.source = 'connection' and not exists (select 1 from connected_accounts c
        where c.user_id = f.user_id))
    or ((f.failure is not null or f.source = 'free_busy') and exists (select 1 from granted_roles r
        where r.{IS_ENOUGH} and r.granted_at > f.last_attempt_at
        and r.granted_at <= :now))
"""  # noqa: S608  # put together from constants
CLAIMS = Claims(Fence("calendar_reads", "f", lease=timedelta(seconds=90)), is_due=IS_DUE)
LISTING = Listing(
    about="u.display_name",
    stage="coalesce(f.source, 'waiting')",
    joins="join people u on u.id = f.user_id",
    last_success_at="f.last_success_at",
    off_because=f"case when not {IS_PERSON} then 'the person or Microsoft 365 is disabled' end",
)
EVENT = (
    "select event_id as id, starts_at, ends_at, show_as, series_id, zone, is_all_day, "
    "is_cancelled, is_declined, ical_uid from calendar_times where user_id = :user_id and "
)
# An event may end before it starts.
OVERLAPS = (
    "((starts_at < :until and ends_at > :since) or (ends_at < :until and starts_at > :since))"
)
# First those whose own calendar opens to Portal, last those whose own calendar is known not to.
COLLEAGUES = f"""
select p.user_id from calendar_people p
left join calendar_reads r on r.user_id = p.user_id
left join working_connections c on c.user_id = p.user_id and {IS_CONNECTED}
where p.user_id <> :user_id and p.tenant_id = :tenant_id
    and (c.user_id is not null or (r.failure is null and r.source in ('organization', 'connection'))
        or exists (select 1 from granted_roles g
            where g.{IS_ENOUGH} and g.tenant_id = p.tenant_id))
order by case
    when r.failure is null and r.source = 'organization' then 1
    when r.failure is null and r.source = 'connection' then 2
    when c.user_id is not null then 3
    when r.failure is null and r.source is null then 4
    else 5 end, p.user_id limit :limit
"""  # noqa: S608  # put together from constants


def person(rows: Rows, user_id: str) -> Person | None:
    """A person whose calendar may be read, or None."""
    return rows.one(Person, "select * from calendar_people where user_id = ?", [user_id])


def calendar_read(rows: Rows, user_id: str) -> CalendarRead | None:
    return rows.one(CalendarRead, "select * from calendar_reads where user_id = ?", [user_id])


def is_due(rows: Rows, user_id: str, *, now: datetime) -> bool:
    """Whether this calendar is read next, such as after its owner connected."""
    sql = f"select 1 from calendar_reads f where f.user_id = :user_id and ({IS_DUE})"  # noqa: S608  # a constant
    return rows.value(int, sql, {"user_id": user_id, "now": now}) is not None


def reader(rows: Rows, read_id: str) -> Reader:
    found = rows.one(
        Reader, "select user_id, wanted_until, source from calendar_reads where id = ?", [read_id]
    )
    if found is None:
        raise ClaimLost
    return found


def save_opened(rows: Rows, user_id: str, *, wanted_until: datetime, now: datetime) -> None:
    """Read this person's calendar until a time, at first now. Belongs inside write()."""
    rows.execute(
        "insert into calendar_reads (id, user_id, opened_at, wanted_until, due_at) "
        "values (?, ?, ?, ?, ?) on conflict (user_id) do update set "
        "opened_at = excluded.opened_at, wanted_until = excluded.wanted_until",
        [new_id(), user_id, now, wanted_until, now],
    )


def make_due(rows: Rows, user_ids: Iterable[str], *, now: datetime) -> None:
    """Read these calendars now. A failure's waiting time goes on.

    One that is read at the moment is due right after. Belongs inside write().
    """
    rows.execute(
        "update calendar_reads set due_at = case when claimed_until is null and due_at < :now "
        "then due_at else :now end "
        "where user_id in :user_ids and (failure is null or claimed_until > :now)",
        {"user_ids": [*user_ids], "now": now},
    )


def finish(
    rows: Rows, claim: Claim, source: Source, *, refusal: str, due_at: datetime, now: datetime
) -> None:
    """Finish a read. Keeps a `due_at` requested during it. Belongs inside write()."""
    rows.execute(
        "update calendar_reads set claimed_by = null, claimed_until = null, last_success_at = ?, "
        "source = ?, refusal = ?, failure = null, failed_at = null, failure_count = 0, "
        "is_throttled = 0, "
        "due_at = case when due_at >= last_attempt_at then due_at else ? end "
        "where id = ? and claimed_by = ?",
        [now, source, refusal, due_at, claim.row_id, claim.by],
    )


def replace_times(rows: Rows, user_id: str, events: Iterable[Event]) -> None:
    """Replace all of one person's times. Belongs inside write(), like all that follow."""
    rows.execute("delete from calendar_times where user_id = ?", [user_id])
    rows.many(
        "insert into calendar_times (user_id, event_id, series_id, starts_at, ends_at, zone, "
        "show_as, is_all_day, is_cancelled, is_declined, ical_uid) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(user_id, each.id, each.series_id, each.starts_at, each.ends_at, each.zone),
                *(
                    each.show_as,
                    each.is_all_day,
                    each.is_cancelled,
                    each.is_declined,
                    each.ical_uid,
                ),
            )
            for each in events
        ],
    )


def save_series(rows: Rows, user_id: str, checked: Iterable[Series], *, now: datetime) -> None:
    rows.many(
        "insert into calendar_series (user_id, series_id, change_key, calendar, checked_at) "
        "values (?, ?, ?, ?, ?) on conflict (user_id, series_id) do update set "
        "change_key = excluded.change_key, calendar = excluded.calendar, "
        "checked_at = excluded.checked_at",
        [(user_id, each.series_id, each.change_key, each.calendar, now) for each in checked],
    )


def forget_absent_series(rows: Rows, user_id: str) -> None:
    """Forget the series that no time belongs to any more. A choice about one stays."""
    rows.execute(
        "delete from calendar_series where user_id = :user_id and series_id not in "
        "(select t.series_id from calendar_times t "
        "where t.user_id = :user_id and t.series_id is not null)",
        {"user_id": user_id},
    )


def forget_times(rows: Rows, user_id: str) -> None:
    """Forget all that was read of a calendar, and by what it was read."""
    rows.execute("delete from calendar_times where user_id = ?", [user_id])
    rows.execute("delete from calendar_series where user_id = ?", [user_id])
    rows.execute(
        "update calendar_reads set source = null, refusal = '', last_success_at = null "
        "where user_id = ?",
        [user_id],
    )


def delete_read(rows: Rows, user_id: str) -> None:
    rows.execute("delete from calendar_reads where user_id = ?", [user_id])


def series(rows: Rows, user_id: str) -> list[Series]:
    """The series that were checked."""
    return rows.all(
        Series,
        "select s.series_id, s.change_key, s.calendar, s.checked_at, "
        "case when b.series_id is null then 0 else 1 end as is_blocked "
        "from calendar_series s left join blocked_series b "
        "on b.user_id = s.user_id and b.series_id = s.series_id "
        "where s.user_id = ? order by s.series_id",
        [user_id],
    )


def events(rows: Rows, user_id: str, *, since: datetime, until: datetime) -> list[Event]:
    """The events that overlap a span, in order of time."""
    return rows.all(
        Event,
        f"{EVENT}{OVERLAPS} order by starts_at, ends_at, event_id",
        {"user_id": user_id, "since": since, "until": until},
    )


def colleagues(rows: Rows, asker: Person, *, limit: int) -> list[str]:
    """People of the same organization in whose name free/busy can be asked for."""
    return rows.all(
        str,
        COLLEAGUES,
        {
            "user_id": asker.user_id,
            "tenant_id": asker.tenant_id,
            "limit": limit,
        },
    )


def count_events(rows: Rows, user_id: str) -> int:
    sql = "select count(*) from calendar_times where user_id = ?"
    return rows.value(int, sql, [user_id]) or 0


def coming_times(
    rows: Rows, user_id: str, series_ids: Iterable[str], *, since: datetime, most: int
) -> list[Event]:
    """The next times of each of these series."""
    return rows.all(
        Event,
        "select event_id as id, starts_at, ends_at, show_as, series_id, zone, is_all_day, "
        "is_cancelled, is_declined from (select t.*, row_number() over "
        "(partition by series_id order by starts_at, event_id) as place from calendar_times t "
        "where user_id = :user_id and series_id in :series_ids and ends_at > :since) as coming "
        "where place <= :most order by series_id, place",
        {"user_id": user_id, "series_ids": [*series_ids], "since": since, "most": most},
    )


def block_series(rows: Rows, user_id: str, series_id: str, *, now: datetime) -> None:
    rows.execute(
        "insert into blocked_series (user_id, series_id, blocked_at) values (?, ?, ?) "
        "on conflict (user_id, series_id) do nothing",
        [user_id, series_id, now],
    )


def unblock_series(rows: Rows, user_id: str, series_id: str) -> None:
    rows.execute(
        "delete from blocked_series where user_id = ? and series_id = ?", [user_id, series_id]
    )

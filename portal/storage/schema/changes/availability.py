"""Times on people's calendars, the calendars of their series, and meeting hours."""

from portal.storage.schema.engines import Statements

# One row for each person whose calendar is read. Of an event, only its times and status are kept.
AVAILABILITY: Statements = (
    """
    create table calendar_reads (
        id text primary key,
        user_id text not null unique references users (id) on delete cascade,
        opened_at text not null,
        wanted_until text not null,
        due_at text not null,
        claimed_by text,
        claimed_until text,
        last_attempt_at text,
        last_success_at text,
        source text check (source in ('organization', 'connection', 'free_busy')),
        refusal text not null default '',
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1))
    )
    """,
    """
    create table calendar_times (
        user_id text not null references users (id) on delete cascade,
        event_id text not null,
        series_id text,
        starts_at text not null,
        ends_at text not null,
        zone text not null,
        show_as text not null,
        is_all_day integer not null check (is_all_day in (0, 1)),
        is_cancelled integer not null check (is_cancelled in (0, 1)),
        is_declined integer not null check (is_declined in (0, 1)),
        primary key (user_id, event_id)
    )
    """,
    "create index calendar_times_by_start on calendar_times (user_id, starts_at)",
    "create index calendar_times_by_series on calendar_times (user_id, series_id, starts_at)",
    # The calendar by which each series repeats. One without a row was not checked yet.
    """
    create table calendar_series (
        user_id text not null references users (id) on delete cascade,
        series_id text not null,
        change_key text not null,
        calendar text not null,
        checked_at text not null,
        primary key (user_id, series_id)
    )
    """,
    # A person's choice about a series that is left out. It stays while the calendar is not read.
    """
    create table blocked_series (
        user_id text not null references users (id) on delete cascade,
        series_id text not null,
        blocked_at text not null,
        primary key (user_id, series_id)
    )
    """,
    """
    create table meeting_hours (
        user_id text primary key references users (id) on delete cascade,
        windows text not null,
        saved_at text not null
    )
    """,
    # The people whose calendars may be read, while Microsoft 365 is the platform.
    """
    create view calendar_people as
    select u.id as user_id, u.display_name, u.address, u.time_zone, m.tenant_id, m.object_id
    from people u left join microsoft_accounts m on m.user_id = u.id
    where u.is_enabled = 1 and exists (
        select 1 from enabled_platforms p where p.name = 'microsoft-365')
    """,
    # The accounts that Microsoft may tell of changes, by what a change wakes.
    """
    create view subscribable_accounts as
    select 'email' as wakes, n.user_id, n.tenant_id from notifiable_people n
    union all
    select 'calendar' as wakes, r.user_id, p.tenant_id from calendar_reads r
    join calendar_people p on p.user_id = r.user_id
    where r.source in ('organization', 'connection') and r.failure is null
        and p.tenant_id is not null
    """,
)

"""People who can schedule on a group calendar, and the daily read of the group."""

from portal.storage.schema.engines import Statements

CALENDAR_REACH: Statements = (
    """
    create table calendar_reach (
        calendar_id text not null references group_calendars (id) on delete cascade,
        user_id text not null references users (id) on delete cascade,
        is_member integer check (is_member in (0, 1)),
        state text not null default 'waiting'
            check (state in ('waiting', 'ready', 'refused', 'unknown')),
        reason text not null default '',
        checked_at text,
        used_at text,
        reminded_at text,
        reminder_id text,
        primary key (calendar_id, user_id)
    )
    """,
    "create index calendar_reach_by_user on calendar_reach (user_id)",
    """
    create table group_calendar_watches (
        id text primary key references group_calendars (id) on delete cascade,
        due_at text not null,
        next_round_at text not null,
        round_started_at text,
        claimed_by text,
        claimed_until text,
        last_attempt_at text,
        last_success_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1)),
        unwatched_since text,
        failing_since text,
        missing_since text,
        gone_since text,
        renamed_from text,
        renamed_at text
    )
    """,
    # The people who recruit, each with their connection, as far as others may know it.
    """
    create view schedulers as
    select p.id as user_id, p.display_name as name, p.address, p.folded_address, m.object_id,
        c.state as connection_state, coalesce(c.scopes, '') as scopes, c.connected_at
    from people p left join microsoft_accounts m on m.user_id = p.id
    left join connected_accounts c on c.user_id = p.id
    where p.is_enabled = 1 and p.role in ('member', 'admin')
    """,
)
# Members may be allowed to read only, which nothing but a refused write shows.
REFUSED_WRITES: Statements = (
    "alter table calendar_reach add column write_refused_at text",
    "alter table group_calendar_watches add column write_refused_since text",
)
# It is being removed: interviews leave it, and no other can choose it.
RETIRING: Statements = ("alter table group_calendars add column retiring_since text",)

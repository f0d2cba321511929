"""Calendars of Microsoft 365 groups that interviews go on."""

from portal.storage.schema.engines import Statements

GROUP_CALENDARS: Statements = (
    """
    create table group_calendars (
        id text primary key,
        group_id text not null unique,
        name text not null,
        address text not null,
        is_default integer not null default 0 check (is_default in (0, 1)),
        default_since text,
        default_until text,
        added_by text not null,
        added_at text not null,
        checked_at text not null
    )
    """,
    """
    create unique index group_calendars_one_default on group_calendars (is_default)
        where is_default = 1
    """,
    """
    create table group_calendar_checks (
        calendar_id text not null references group_calendars (id) on delete cascade,
        name text not null,
        outcome text not null check (outcome in ('ok', 'failed', 'unknown')),
        detail text not null,
        checked_at text not null,
        primary key (calendar_id, name)
    )
    """,
    # What others may know: while there is a row, Portal asks people for the permission.
    """
    create view scheduling_calendars as
    select id as calendar_id, group_id, name, is_default from group_calendars
    """,
)

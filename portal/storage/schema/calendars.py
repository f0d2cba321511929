"""Meeting rooms."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table rooms (
        id text primary key,
        name text not null,
        address text,
        building text not null,
        floor text not null,
        capacity integer check (capacity >= 0),
        equipment text not null,
        found_at text not null,
        gone_at text
    )
    """,
    "create index rooms_by_place on rooms (gone_at, building, name)",
    """
    create table room_refreshes (
        id text primary key check (id = 'rooms'),
        due_at text not null,
        claimed_by text,
        claimed_until text,
        last_attempt_at text,
        last_success_at text,
        first_empty_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1))
    )
    """,
    """
    create table room_delegates (
        id text primary key check (id = 'rooms'),
        user_id text not null references users (id),
        chosen_by text not null,
        chosen_at text not null
    )
    """,
)

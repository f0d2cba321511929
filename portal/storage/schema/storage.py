"""Settings, the enabled platform, and sessions."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    "create table settings (key text primary key, value text not null)",
    """
    create table platforms (
        name text primary key,
        is_enabled integer not null check (is_enabled in (0, 1)),
        changed_by text not null,
        changed_at text not null
    )
    """,
    """
    create unique index platforms_one_at_a_time on platforms (is_enabled) where is_enabled = 1
    """,
    "create view enabled_platforms as select name from platforms where is_enabled = 1",
    """
    create table sessions (
        id_hash text primary key,
        user_id text references users (id) on delete cascade,
        content text not null,
        created_at text not null,
        seen_at text not null,
        fresh_at text,
        peer text not null
    )
    """,
    "create index sessions_by_user on sessions (user_id)",
)

"""Tables of the whole installation: settings, limits, workers, the enabled platform."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    "create table settings (key text primary key, value text not null)",
    """
    create table rate_limits (
        bucket text not null, window_start text not null, hits integer not null,
        primary key (bucket, window_start)
    )
    """,
    """
    create table workers (
        id text primary key, host text not null, started_at text not null, seen_at text not null
    )
    """,
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
)

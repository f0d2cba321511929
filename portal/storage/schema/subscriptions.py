"""Subscriptions, and counts of rejected notifications."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table subscriptions (
        id text primary key,
        user_id text not null references users (id) on delete cascade,
        wakes text not null,
        microsoft_id text unique,
        resource text not null,
        tenant_id text not null,
        client_state_hash text not null,
        expires_at text,
        state text not null check (state in ('opening', 'open', 'ended')),
        moved_at text,
        silent_after text,
        due_at text,
        claimed_until text,
        claimed_by text,
        last_attempt_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1)),
        created_at text not null
    )
    """,
    "create unique index subscriptions_by_user on subscriptions (user_id, wakes)",
    "create table rejected_notifications (minute text primary key, count integer not null)",
)

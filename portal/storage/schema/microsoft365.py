"""Connections of people, subscriptions, the organization's application and consent."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table connections (
        id text primary key,
        user_id text not null unique references users (id) on delete cascade,
        tenant_id text not null,
        object_id text not null,
        address text not null,
        display_name text not null,
        scopes text not null,
        access_token text,
        access_expires_at text,
        refresh_token text,
        version integer not null,
        state text not null check (state in ('working', 'lapsed')),
        failure text,
        failed_at text,
        connected_at text not null,
        last_used_at text,
        renewal_claimed_until text,
        renewal_claimed_by text,
        unique (tenant_id, object_id)
    )
    """,
    """
    create table feature_uses (
        user_id text not null references users (id) on delete cascade,
        feature text not null,
        last_success_at text,
        failure text,
        failed_at text,
        primary key (user_id, feature)
    )
    """,
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
    """
    create table applications (
        id text primary key check (id = 'microsoft-365'),
        client_id text not null,
        client_secret text not null,
        certificate_private_key text not null,
        tenant text not null,
        cloud text not null check (cloud in ('global', 'gcc-high', 'dod', 'china')),
        expires_on text,
        version integer not null,
        entered_by text not null,
        entered_at text not null
    )
    """,
    """
    create table consents (
        id text primary key check (id = 'organization'),
        tenant_id text not null,
        state text not null check (state in ('working', 'withdrawn')),
        asked_by text not null,
        accepted_by text not null,
        route text not null check (route in ('here', 'link')),
        granted_at text not null,
        checked_at text not null,
        due_at text not null,
        claimed_until text,
        claimed_by text,
        last_attempt_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1))
    )
    """,
    """
    create table consent_roles (
        role text primary key,
        granted_at text not null
    )
    """,
    """
    create table organization_feature_uses (
        feature text primary key,
        last_success_at text,
        failure text,
        failed_at text
    )
    """,
    """
    create table organization_accesses (
        user_id text not null references users (id) on delete cascade,
        feature text not null,
        day text not null,
        first_at text not null,
        primary key (user_id, feature, day)
    )
    """,
)

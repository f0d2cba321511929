"""Connections of people, the organization's application and consent."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table connections (
        id text primary key,
        user_id text not null unique references users (id) on delete cascade,
        tenant_id text not null,
        object_id text not null,
        address text not null,
        folded_address text not null,
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
        claimed_until text,
        claimed_by text,
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
    create table sync_authorizations (
        id text primary key check (id = 'user-sync'),
        user_id text not null references users (id) on delete cascade,
        authorized_at text not null
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
    # Connections as others may know them: everything but tokens and renewals.
    """
    create view connected_accounts as
    select user_id, tenant_id, object_id, address, folded_address, scopes, state, connected_at,
        last_used_at from connections
    """,
    """
    create view working_connections as
    select user_id, tenant_id, scopes, connected_at, last_used_at from connections
    where state = 'working'
    """,
    "create view organization_consents as select tenant_id, state from consents",
    """
    create view granted_roles as
    select r.role, r.granted_at, o.tenant_id from consents o join consent_roles r on true
    where o.state = 'working'
    """,
    "create view sync_authorizers as select user_id, authorized_at from sync_authorizations",
    # Work that was due before it was permitted has waited only since then.
    """
    create view latest_grants as
    select coalesce(max(granted_at), '') as granted_at from consent_roles
    """,
    # A person's account at Microsoft: the one they sign in with, or else the connected one.
    """
    create view microsoft_accounts as
    select u.id as user_id, coalesce(u.tenant_id, c.tenant_id) as tenant_id,
        coalesce(u.object_id, c.object_id) as object_id
    from people u left join connections c on c.user_id = u.id
    """,
    # Whose mailbox may be read: by a connection that works, or by the organization.
    """
    create view mailbox_access as
    select u.id as user_id, u.display_name, coalesce(u.tenant_id, c.tenant_id) as tenant_id,
        case when u.is_enabled = 0 then 'the person is disabled' end as off_because,
        case when c.state = 'working' then 1 else 0 end as is_connected,
        case when u.is_enabled = 1 and (c.state = 'working'
            or exists (select 1 from granted_roles r where r.role = 'Mail.Read'
                and (r.tenant_id = u.tenant_id or r.tenant_id = c.tenant_id)))
            then 1 else 0 end as is_readable
    from people u left join connections c on c.user_id = u.id
    """,
    """
    create view readable_people as
    select user_id, tenant_id, is_connected from mailbox_access where is_readable = 1
    """,
    # People whose mailbox the organization's consent opens without a connection of theirs.
    """
    create view covered_people as
    select u.id as user_id from people u
    join granted_roles r on r.role = 'Mail.Read' and r.tenant_id = u.tenant_id
    """,
)

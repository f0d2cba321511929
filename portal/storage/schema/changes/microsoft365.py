"""Changes of the tables of connections, the application and the consent."""

from portal.storage.schema.engines import Statements, replaced_view

# Tokens belong to one version of the consent, which may wait to arrive.
CONSENT_VERSIONS: Statements = (
    "alter table consents add column version integer not null default 1",
    "alter table consents add column waiting_since text",
    "alter table consents add column dropped_at text",
    "alter table consents drop column accepted_by",
    """
    create table consent_requests (
        id text primary key,
        asked_at text not null,
        asked_by text not null,
        route text not null check (route in ('here', 'link')),
        roles text not null
    )
    """,
)

# Exchange grants reading without a role in the token, and keeps single mailboxes closed.
MAILBOX_READS: Statements = (
    "alter table consent_roles add column read_at text",
    "alter table consent_roles add column read_from text",
    """
    create table mailbox_reads (
        role text not null,
        object_id text not null,
        is_open integer check (is_open in (0, 1)),
        since text not null,
        tried_at text not null,
        primary key (role, object_id)
    )
    """,
    # Only what the organization's consent covers can be closed to it.
    """
    create view closed_mailboxes as
    select a.user_id, r.since from mailbox_reads r
    join microsoft_accounts a on a.object_id = r.object_id
    join granted_roles g on g.role = r.role and g.tenant_id = a.tenant_id
    where r.role = 'Mail.Read' and r.is_open = 0
    """,
    """
    create view opened_mailboxes as
    select a.user_id, r.since from mailbox_reads r
    join microsoft_accounts a on a.object_id = r.object_id
    where r.role = 'Mail.Read' and r.is_open = 1
    """,
)

# The last day on which a permission of the organization's consent was used. What was used before
# this table is unknown, so those that hold are recorded from today.
PERMISSION_USES: Statements = (
    """
    create table permission_uses (
        role text primary key,
        recorded_since text not null,
        last_used_on text
    )
    """,
    "insert into permission_uses (role, recorded_since) "
    "select role, cast(current_date as text) from consent_roles",
)

# Mailboxes are those of accounts: of people, and shared ones.
ACCOUNTS: Statements = (
    replaced_view(
        "microsoft_accounts",
        """
        select u.id as user_id, coalesce(u.tenant_id, c.tenant_id) as tenant_id,
            coalesce(u.object_id, c.object_id) as object_id
        from accounts u left join connections c on c.user_id = u.id
        """,
    ),
    replaced_view(
        "mailbox_access",
        """
        select u.id as user_id, u.display_name, coalesce(u.tenant_id, c.tenant_id) as tenant_id,
            case when u.is_enabled = 1 then null
                when u.is_shared = 0 then 'the person is disabled'
                when u.kept_out = 'converted' then 'it is a user''s mailbox now'
                else 'the shared mailbox was removed' end as off_because,
            case when c.state = 'working' then 1 else 0 end as is_connected,
            case when u.is_enabled = 1 and (c.state = 'working'
                or exists (select 1 from granted_roles r where r.role = 'Mail.Read'
                    and (r.tenant_id = u.tenant_id or r.tenant_id = c.tenant_id)))
                then 1 else 0 end as is_readable
        from accounts u left join connections c on c.user_id = u.id
        """,
    ),
    replaced_view(
        "covered_people",
        """
        select u.id as user_id from accounts u
        join granted_roles r on r.role = 'Mail.Read' and r.tenant_id = u.tenant_id
        """,
    ),
)

# The member by whose own permission a shared mailbox is read, where the organization's consent
# does not open it. `loss` is why it is not read by them now.
MAILBOX_READERS: Statements = (
    """
    create table mailbox_readers (
        account_id text primary key references users (id) on delete cascade,
        user_id text not null references users (id) on delete cascade,
        since text not null
    )
    """,
    "create index mailbox_readers_by_user on mailbox_readers (user_id)",
    """
    create view mailbox_readings as
    select d.account_id, d.user_id, p.display_name as name, d.since,
        case when c.connected_at > d.since then c.connected_at else d.since end as ready_at,
        case when p.is_enabled = 0 then 'disabled' when c.user_id is null then 'revoked'
            when c.state <> 'working' then 'lapsed'
            when ' ' || lower(c.scopes) || ' ' not like '% mail.read.shared %' then 'not_granted'
            end as loss
    from mailbox_readers d join people p on p.id = d.user_id
    left join connections c on c.user_id = p.id
    """,
    replaced_view(
        "mailbox_access",
        """
        select u.id as user_id, u.display_name, coalesce(u.tenant_id, c.tenant_id) as tenant_id,
            case when u.is_enabled = 0 and u.is_shared = 0 then 'the person is disabled'
                when u.is_enabled = 0 and u.kept_out = 'converted'
                    then 'it is a user''s mailbox now'
                when u.is_enabled = 0 then 'the shared mailbox was removed'
                when exists (select 1 from mailbox_readings d where d.account_id = u.id
                    and d.loss is not null) and not exists (select 1 from granted_roles r
                    where r.role = 'Mail.Read' and r.tenant_id = u.tenant_id)
                    then 'the member who read it for Portal can no longer do so' end as off_because,
            case when c.state = 'working' then 1 else 0 end as is_connected,
            case when u.is_enabled = 1 and (c.state = 'working'
                or exists (select 1 from granted_roles r where r.role = 'Mail.Read'
                    and (r.tenant_id = u.tenant_id or r.tenant_id = c.tenant_id))
                or exists (select 1 from mailbox_readings d
                    where d.account_id = u.id and d.loss is null))
                then 1 else 0 end as is_readable
        from accounts u left join connections c on c.user_id = u.id
        """,
    ),
    # Mailboxes that a member's permission opens now. Microsoft tells nobody of their mail.
    """
    create view polled_mailboxes as
    select d.account_id as user_id from mailbox_readings d
    where d.loss is null
    and (not exists (select 1 from covered_people c where c.user_id = d.account_id)
        or exists (select 1 from closed_mailboxes x where x.user_id = d.account_id))
    """,
)

LAPSED_CONNECTIONS: Statements = (
    """
    create view lapsed_connections as
    select c.user_id, p.address, coalesce(c.failed_at, c.connected_at) as since
    from connections c join people p on p.id = c.user_id
    where c.state = 'lapsed' and p.is_enabled = 1
    """,
)

# Rooms no longer ask for more. A calendar that could be read proves no right to write.
READ_CALENDARS: Statements = (
    "update mailbox_reads set role = 'Calendars.Read' where role = 'Calendars.ReadWrite'",
)

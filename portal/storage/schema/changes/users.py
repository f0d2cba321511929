"""Changes of the tables of users and invitations after the first migration."""

from portal.storage.schema.engines import Statements, replaced_view

# A person is neither their address nor their user name, and a local password has an address of
# its own, which the directory does not change. A local account that became a person stays, since
# what it did names it.
USER_NAMES: Statements = (
    "alter table users add column user_name text",
    "alter table users add column sign_in_address text",
    "alter table users add column became text references users (id)",
    "update users set sign_in_address = folded_address where password_hash is not null",
    "drop index users_by_local_address",
    "create unique index users_by_sign_in_address on users (sign_in_address)",
    replaced_view(
        "people",
        """
        select id, tenant_id, object_id, address, folded_address, display_name, role, source,
            is_enabled, time_zone, created_at, last_signed_in_at, kept_out,
            case when password_hash is null then 0 else 1 end as is_local, user_name
        from users
        """,
    ),
)

# The organization's consent does not open /organization, so an admin's own sign-in reads them.
VERIFIED_DOMAINS: Statements = (
    """
    create table verified_domains (
        tenant_id text not null,
        name text not null,
        read_at text not null,
        primary key (tenant_id, name)
    )
    """,
)

# Another role closes a person's mailbox until they have answered.
ROLE_NOTICES: Statements = (
    "alter table users add column role_notice text "
    "check (role_notice in ('became_member', 'became_limited'))",
    replaced_view(
        "people",
        """
        select id, tenant_id, object_id, address, folded_address, display_name, role, source,
            is_enabled, time_zone, created_at, last_signed_in_at, kept_out,
            case when password_hash is null then 0 else 1 end as is_local, user_name, role_notice
        from users
        """,
    ),
)

# What belongs to the organization is never a candidate's.
INSIDE: Statements = (
    "create view domains_inside as select distinct name from verified_domains",
    "create index users_by_address on users (folded_address)",
)

# A shared mailbox is an account that is no person: it has mail, and nobody signs in with it.
SHARED_MAILBOXES: Statements = (
    replaced_view(
        "people",
        """
        select id, tenant_id, object_id, address, folded_address, display_name, role, source,
            is_enabled, time_zone, created_at, last_signed_in_at, kept_out,
            case when password_hash is null then 0 else 1 end as is_local, user_name, role_notice
        from users where source <> 'shared_mailbox'
        """,
    ),
    # Those whose mail there may be: people, and shared mailboxes.
    """
    create view accounts as
    select id, tenant_id, object_id, address, folded_address, display_name, user_name, role,
        role_notice, is_enabled, kept_out,
        case when source = 'shared_mailbox' then 1 else 0 end as is_shared
    from users
    """,
)

# Times are in UTC until a browser or a person names a zone. Only a person had named one so far.
ZONE_ORIGINS: Statements = (
    "alter table users add column zone_from text not null default '' "
    "check (zone_from in ('', 'browser', 'person'))",
    "update users set zone_from = 'person' where time_zone <> 'UTC'",
)

# The person whom each account stands for: a local account may have become another user.
SUCCESSORS: Statements = (
    "create view user_successors as select id as user_id, coalesce(became, id) as successor_id "
    "from users",
)

"""People, and the invitations that bring them in."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table users (
        id text primary key,
        tenant_id text,
        object_id text,
        address text not null,
        folded_address text not null,
        display_name text not null,
        role text not null check (role in ('limited', 'member', 'admin')),
        source text not null,
        password_hash text,
        is_enabled integer not null check (is_enabled in (0, 1)),
        time_zone text not null default 'UTC',
        created_at text not null,
        last_signed_in_at text,
        kept_out text,
        check ((tenant_id is null) = (object_id is null))
    )
    """,
    "create unique index users_by_identity on users (tenant_id, object_id)",
    """
    create unique index users_by_local_address on users (folded_address)
        where password_hash is not null
    """,
    """
    create table invitations (
        id text primary key,
        token_hash text not null unique,
        role text not null check (role in ('limited', 'member', 'admin')),
        note text not null,
        created_by text not null references users (id),
        created_at text not null,
        expires_at text not null,
        used_at text,
        used_by text references users (id),
        withdrawn_at text
    )
    """,
    # What others may know of people: everything but the hash of a password.
    """
    create view people as
    select id, tenant_id, object_id, address, folded_address, display_name, role, source,
        is_enabled, time_zone, created_at, last_signed_in_at, kept_out,
        case when password_hash is null then 0 else 1 end as is_local from users
    """,
)

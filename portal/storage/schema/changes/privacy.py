"""The lists of what is never synced, and domains that only seem to be the organization's."""

from portal.storage.schema.engines import Statements

# Without a user, an entry is the whole organization's.
PRIVACY: Statements = (
    """
    create table never_sync (
        id text primary key,
        user_id text references users (id) on delete cascade,
        folded text not null,
        is_domain integer not null check (is_domain in (0, 1)),
        added_by text not null,
        added_at text not null
    )
    """,
    "create unique index never_sync_of_person on never_sync (user_id, folded) "
    "where user_id is not null",
    "create unique index never_sync_of_organization on never_sync (folded) where user_id is null",
    """
    create table outside_domains (
        name text primary key,
        taken_off_by text not null,
        taken_off_at text not null
    )
    """,
)

# Domains of job boards and the like, which pass on what a candidate wrote.
RELAYS: Statements = (
    """
    create table relay_domains (
        name text primary key,
        added_by text not null,
        added_at text not null
    )
    """,
)

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

# Owners who decide themselves about earlier mail. A held address keeps out the mail that arrived
# before `asked_at`, since `closed_at` if the candidate was closed until then. It outlives its
# candidate: to delete and add one again must not bring what its owner keeps in the mailbox.
HELD_MAIL: Statements = (
    """
    create table asking_owners (
        user_id text primary key references users (id) on delete cascade,
        since text not null
    )
    """,
    """
    create table held_addresses (
        id text primary key,
        user_id text not null references users (id) on delete cascade,
        candidate_id text not null,
        folded text not null,
        closed_at text,
        asked_at text not null,
        asked_by text not null,
        refused_at text
    )
    """,
    "create index held_addresses_of_person on held_addresses (user_id, candidate_id)",
    "create index held_addresses_by_address on held_addresses (folded)",
    """
    create view mail_on_hold as
    select user_id, candidate_id, folded, asked_at from held_addresses
    """,
)

# Entries taken off the organization's list: what they kept out of a mailbox waits for its owner.
HELD_ENTRIES: Statements = (
    """
    create table held_entries (
        id text primary key,
        user_id text not null references users (id) on delete cascade,
        folded text not null,
        is_domain integer not null check (is_domain in (0, 1)),
        asked_at text not null,
        asked_by text not null,
        refused_at text
    )
    """,
    "create index held_entries_of_person on held_entries (user_id)",
)

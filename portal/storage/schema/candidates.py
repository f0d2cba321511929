"""Candidates, their addresses, their feeds, imports."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table candidates (
        id text primary key,
        name text not null,
        folded_name text not null default '',
        headline text not null,
        created_by text references users (id),
        created_at text not null,
        updated_at text not null
    )
    """,
    """
    create table candidate_addresses (
        candidate_id text not null references candidates (id) on delete cascade,
        address text not null,
        folded text not null,
        base text not null,
        position integer not null,
        added_at text not null,
        primary key (candidate_id, folded)
    )
    """,
    "create index candidate_addresses_by_folded on candidate_addresses (folded)",
    "create index candidate_addresses_by_base on candidate_addresses (base)",
    "create index candidate_addresses_by_time on candidate_addresses (added_at)",
    """
    create table feed_entries (
        id text primary key,
        candidate_id text not null references candidates (id) on delete cascade,
        kind text not null,
        subject_id text not null,
        happened_at text not null,
        created_at text not null,
        unique (candidate_id, kind, subject_id)
    )
    """,
    "create index feed_entries_by_time on feed_entries (candidate_id, happened_at)",
    "create index feed_entries_by_subject on feed_entries (subject_id)",
    """
    create table candidate_imports (
        id text primary key,
        user_id text not null references users (id) on delete cascade,
        rows text not null,
        created_at text not null,
        imported_at text
    )
    """,
    "create index candidate_imports_by_user on candidate_imports (user_id)",
    # What others need of feeds: the addresses to search for, and what each feed shows.
    """
    create view addresses_of_candidates as
    select candidate_id, address, folded, base, added_at from candidate_addresses
    """,
    "create view shown_in_feeds as select candidate_id, kind, subject_id from feed_entries",
    "create view candidate_names as select id, name from candidates",
)

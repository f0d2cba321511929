"""Changes of the tables of candidates after the first migration."""

from portal.storage.schema.engines import Statements

# A tagged address stands for the plain one that is stored, so stored ones need no form without
# tag. The view of email that reads theirs is dropped, and made again after it.
EXACT_ADDRESSES: Statements = (
    "drop view wanted_searches",
    "drop view addresses_of_candidates",
    "drop index candidate_addresses_by_base",
    "alter table candidate_addresses drop column base",
    """
    create view addresses_of_candidates as
    select candidate_id, address, folded, added_at from candidate_addresses
    """,
)

# Owners of mailboxes read who added the candidates that bring mail out of them.
ADDED: Statements = (
    """
    create view added_candidates as
    select c.id, c.name, c.created_at, coalesce(u.display_name, '') as added_by
    from candidates c left join people u on u.id = c.created_by
    """,
)

# Nothing new of a closed candidate is kept.
CLOSED: Statements = (
    "alter table candidates add column closed_at text",
    "alter table candidates add column closed_as text "
    "check (closed_as in ('hired', 'withdrawn', 'not_chosen'))",
)

# When anybody last wrote with a candidate, or when they were added.
CONTACTS: Statements = (
    """
    create view candidate_contacts as
    select c.id, c.name, c.closed_at, case when f.last_at > c.created_at then f.last_at
        else c.created_at end as last_contact_at
    from candidates c left join (select candidate_id, max(happened_at) as last_at
        from feed_entries group by candidate_id) f on f.candidate_id = c.id
    """,
)

# Where a candidate lives, for the hour that it is there. Empty is unknown.
TIME_ZONES: Statements = ("alter table candidates add column time_zone text not null default ''",)
# Names as searches compare them.
SPELLINGS: Statements = (
    "create view candidate_spellings as select id, folded_name from candidates",
)

# The list finds the last message of each candidate in the index alone. Each person has one row for
# each candidate whose page they opened: the newest mail that it showed, if there was any.
LAST_MAIL: Statements = (
    "drop index feed_entries_by_time",
    "create index feed_entries_by_time "
    "on feed_entries (candidate_id, happened_at, id, kind, subject_id)",
    "drop index feed_entries_by_subject",
    "create index feed_entries_by_subject on feed_entries (subject_id, kind, candidate_id)",
    """
    create table candidate_visits (
        user_id text not null references users (id) on delete cascade,
        candidate_id text not null references candidates (id) on delete cascade,
        seen_at text,
        seen_id text,
        primary key (user_id, candidate_id)
    )
    """,
    "create index candidate_visits_by_candidate on candidate_visits (candidate_id)",
)

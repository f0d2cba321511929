"""Changes of the tables of user sync, in the order of their migrations."""

from portal.storage.schema.engines import Statements, replaced_view

# Entries that an administrator calls shared mailboxes, whatever the directory says of them.
SHARED_MAILBOXES: Statements = (
    """
    create table shared_mailboxes (
        object_id text primary key,
        marked_by text not null,
        marked_at text not null
    )
    """,
)

USER_NAMES: Statements = (
    "alter table directory_entries add column user_name text not null default ''",
    replaced_view(
        "arriving_entries",
        """
        select object_id, new_user_id, address, folded_address, display_name, user_name
        from directory_entries where is_settled = 0 and left_out = ''
        """,
    ),
)

# A delta leaves out some changes, such as a restored person, so everybody is read again at times.
WHOLE_READS: Statements = (
    "alter table directory_sync add column whole_read_began_at text",
    "alter table directory_sync add column whole_read_asked_at text",
)

# People whose addresses are the directory's, however they came to have an account.
LISTED_PEOPLE: Statements = (
    """
    create view listed_people as
    select s.tenant_id, e.object_id from directory_entries e
    join directory_sync s on s.id = 'directory' where e.left_out = ''
    """,
)

# Entries that an administrator ticked "Recruits": their people come as members, others as limited.
RECRUITS: Statements = (
    """
    create table recruits (
        object_id text primary key,
        marked_by text not null,
        marked_at text not null
    )
    """,
    replaced_view(
        "arriving_entries",
        """
        select e.object_id, e.new_user_id, e.address, e.folded_address, e.display_name,
            e.user_name, case when r.object_id is null then 'limited' else 'member' end as role
        from directory_entries e left join recruits r on r.object_id = e.object_id
        where e.is_settled = 0 and e.left_out = ''
        """,
    ),
)

# Addresses of the organization: people, rooms and shared mailboxes, but no guests.
INSIDE: Statements = (
    "create index directory_entries_by_address on directory_entries (folded_address)",
    """
    create view entries_inside as select folded_address as folded from directory_entries
    where left_out not in ('guest', 'disabled', 'removed', 'deleted') and folded_address <> ''
    """,
)

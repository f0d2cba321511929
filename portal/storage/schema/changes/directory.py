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

_CHOSEN = """
    select e.object_id from directory_entries e join directory_sync s on s.id = 'directory'
    where {whom} = 'everybody'
    or ({whom} = 'people' and exists (select 1 from chosen_people p
        where p.object_id = e.object_id and p.{is_in} = 1))
    or ({whom} = 'groups' and exists (select 1 from group_members m
        join chosen_groups g on g.object_id = m.group_id and g.{is_in} = 1
        where m.object_id = e.object_id))
"""
# The people an administrator chose, and a proposal of others that is not in force yet.
CHOICES: Statements = (
    "alter table directory_sync add column whom text not null default 'everybody' "
    "check (whom in ('everybody', 'groups', 'people'))",
    "alter table directory_sync add column proposed_whom text "
    "check (proposed_whom in ('everybody', 'groups', 'people'))",
    """
    create table chosen_people (
        object_id text primary key,
        is_chosen integer not null check (is_chosen in (0, 1)),
        is_proposed integer not null check (is_proposed in (0, 1))
    )
    """,
    """
    create table chosen_groups (
        object_id text primary key,
        name text not null,
        is_chosen integer not null check (is_chosen in (0, 1)),
        is_proposed integer not null check (is_proposed in (0, 1)),
        read_at text,
        failure text
    )
    """,
    """
    create table group_members (
        group_id text not null references chosen_groups (object_id) on delete cascade,
        object_id text not null,
        primary key (group_id, object_id)
    )
    """,
    f"create view chosen_entries as {_CHOSEN.format(whom='s.whom', is_in='is_chosen')}",
    "create view proposed_entries as "
    + _CHOSEN.format(whom="coalesce(s.proposed_whom, s.whom)", is_in="is_proposed"),
    # Whether members of groups are read, for the choice in force or a proposed one.
    """
    create view choices_by_group as select id from directory_sync
    where whom = 'groups' or proposed_whom = 'groups'
    """,
    replaced_view(
        "listed_people",
        """
        select s.tenant_id, e.object_id from directory_entries e
        join directory_sync s on s.id = 'directory' where e.left_out in ('', 'not_chosen')
        """,
    ),
)

# A reason that takes effect only if it lasts: a license that is exchanged is gone for a while.
PENDING_REASONS: Statements = (
    "alter table directory_entries add column pending text not null default ''",
    "alter table directory_entries add column pending_since text",
)

# Guests of the tenant: their mailboxes are at their own organization.
GUESTS: Statements = (
    """
    create view guests as
    select s.tenant_id, e.object_id from directory_entries e
    join directory_sync s on s.id = 'directory' where e.left_out = 'guest'
    """,
)

# Ticks "Recruits" of people who are users already: they wait until the change is looked through.
RECRUIT_PROPOSALS: Statements = (
    """
    create table recruit_proposals (
        object_id text primary key,
        recruits integer not null check (recruits in (0, 1))
    )
    """,
)

# Addresses of groups belong to the organization too, also outside its verified domains.
GROUP_ADDRESSES: Statements = (
    "create table group_addresses (folded text primary key)",
    replaced_view(
        "entries_inside",
        """
        select folded_address as folded from directory_entries
        where left_out not in ('guest', 'disabled', 'removed', 'deleted') and folded_address <> ''
        union all select folded from group_addresses
        """,
    ),
)

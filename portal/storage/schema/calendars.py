"""Meeting rooms."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table rooms (
        id text primary key,
        name text not null,
        address text,
        building text not null,
        floor text not null,
        capacity integer check (capacity >= 0),
        equipment text not null,
        found_at text not null,
        gone_at text
    )
    """,
    "create index rooms_by_place on rooms (gone_at, building, name)",
    """
    create table room_refreshes (
        id text primary key check (id = 'rooms'),
        due_at text not null,
        claimed_by text,
        claimed_until text,
        last_attempt_at text,
        last_success_at text,
        first_empty_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1))
    )
    """,
    """
    create table room_delegates (
        id text primary key check (id = 'rooms'),
        user_id text not null references users (id),
        chosen_by text not null,
        chosen_at text not null
    )
    """,
    # The person whose connection reads the list, while Microsoft 365 is the platform.
    """
    create view acting_room_delegates as select d.user_id from room_delegates d
    where exists (select 1 from enabled_platforms p where p.name = 'microsoft-365')
    """,
    # People of the organization who can sign in.
    """
    create view eligible_delegates as
    select u.id, u.display_name as name, u.address, u.role, u.is_enabled
    from people u join microsoft_accounts a on a.user_id = u.id
    where u.is_enabled = 1 and a.object_id is not null and not exists (
        select 1 from organization_consents o where o.tenant_id <> a.tenant_id)
    """,
    # A row while the organization's consent or the delegate's own connection lets it be read.
    """
    create view room_list_permissions as select p.name from enabled_platforms p
    where p.name = 'microsoft-365'
    and (exists (select 1 from granted_roles r where r.role = 'Place.Read.All')
        or exists (select 1 from room_delegates d
            join people u on u.id = d.user_id join working_connections c on c.user_id = d.user_id
            where u.is_enabled = 1 and ' ' || lower(c.scopes) || ' ' like '% place.read.all %'))
    """,
)

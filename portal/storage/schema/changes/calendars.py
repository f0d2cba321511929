"""The deputy of the delegated room sync user."""

from portal.storage.schema.engines import Statements, replaced_view

DEPUTY: Statements = (
    """
    create table room_deputies (
        id text primary key check (id = 'rooms'),
        user_id text not null references users (id) on delete cascade,
        chosen_by text not null,
        chosen_at text not null
    )
    """,
    """
    create view room_sync_users as
    select user_id, 0 as is_deputy from room_delegates
    union all select user_id, 1 as is_deputy from room_deputies
    """,
    # Those without whom nobody would be left to ask about rooms.
    replaced_view(
        "acting_room_delegates",
        """
        select d.user_id from room_sync_users d
        where exists (select 1 from enabled_platforms p where p.name = 'microsoft-365')
        and not exists (select 1 from room_sync_users o
            join eligible_delegates e on e.id = o.user_id where o.user_id <> d.user_id)
        """,
    ),
    # A row while the consent, or the own connection of one of the two, lets the list be read.
    replaced_view(
        "room_list_permissions",
        """
        select p.name from enabled_platforms p
        where p.name = 'microsoft-365'
        and (exists (select 1 from granted_roles r where r.role = 'Place.Read.All')
            or exists (select 1 from room_sync_users d
                join people u on u.id = d.user_id
                join working_connections c on c.user_id = d.user_id
                where u.is_enabled = 1
                and ' ' || lower(c.scopes) || ' ' like '% place.read.all %'))
        """,
    ),
)

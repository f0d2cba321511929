"""User sync: its state, the directory entries it has read, open questions about people."""

from portal.storage.schema.engines import PerEngine, Statements

ENTRIES = """
create table directory_entries (
    object_id text primary key,
    new_user_id text not null,
    address text not null,
    folded_address text not null,
    display_name text not null,
    left_out text not null,
    round integer not null,
    is_settled integer not null check (is_settled in (0, 1))
)"""

STATEMENTS: Statements = (
    """
    create table directory_sync (
        id text primary key check (id = 'directory'),
        syncs_users integer not null check (syncs_users in (0, 1)),
        enables_new integer not null check (enables_new in (0, 1)),
        tenant_id text,
        domains text not null,
        facts_read_at text,
        stage text not null check (stage in ('waiting', 'reading', 'following')),
        round integer not null,
        next_link text,
        cursor text,
        imported_at text,
        last_attempt_at text,
        due_at text not null,
        claimed_by text,
        claimed_until text,
        last_success_at text,
        failure text,
        failed_at text,
        failure_count integer not null,
        is_throttled integer not null check (is_throttled in (0, 1))
    )
    """,
    PerEngine(sqlite=(f"{ENTRIES} without rowid",), postgres=(ENTRIES,)),
    """
    create table directory_doubts (
        user_id text primary key references users (id) on delete cascade,
        left_out text not null,
        asked_at text not null,
        decision text check (decision in ('disable', 'keep'))
    )
    """,
    "create table directory_rooms (address text primary key)",
    """
    insert into directory_sync (id, syncs_users, enables_new, domains, stage, round, due_at,
        failure_count, is_throttled)
    values ('directory', 1, 1, '', 'waiting', 0, '2026-01-01T00:00:00Z', 0, 0)
    """,
    # Entries that user sync has read and that no user may stand for yet.
    """
    create view arriving_entries as
    select object_id, new_user_id, address, folded_address, display_name from directory_entries
    where is_settled = 0 and left_out = ''
    """,
    # Whether user sync is on, and consent or one person's authorization lets it read.
    """
    create view user_sync_in_force as select s.id from directory_sync s
    where s.syncs_users = 1
    and exists (select 1 from enabled_platforms p where p.name = 'microsoft-365')
    and (exists (select 1 from granted_roles r where r.role = 'User.Read.All')
        or exists (select 1 from sync_authorizers a
            join people u on u.id = a.user_id join working_connections c on c.user_id = a.user_id
            where u.is_enabled = 1 and ' ' || lower(c.scopes) || ' ' like '% user.read.all %'))
    """,
)

"""Changes that wait until their person has confirmed who they are."""

from portal.storage.schema.engines import Statements

CARRIED_CHANGES: Statements = (
    """
    create table carried_changes (
        id text primary key,
        user_id text not null references users (id) on delete cascade,
        content text not null,
        kept_at text not null
    )
    """,
)

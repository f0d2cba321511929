"""Changes of the tables of user sync, in the order of their migrations."""

from portal.storage.schema.engines import Statements

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

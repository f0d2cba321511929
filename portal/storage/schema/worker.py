"""Workers that report."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table workers (
        id text primary key, host text not null, started_at text not null, seen_at text not null
    )
    """,
)

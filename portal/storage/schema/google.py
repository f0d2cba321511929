"""The application at Google."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table google_applications (
        id text primary key check (id = 'google-workspace'),
        client_id text not null,
        client_secret text not null,
        hosted_domain text not null,
        entered_by text not null,
        entered_at text not null,
        proven_at text
    )
    """,
)

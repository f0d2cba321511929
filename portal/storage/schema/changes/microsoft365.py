"""Changes of the tables of connections, the application and the consent."""

from portal.storage.schema.engines import Statements

# Tokens belong to one version of the consent, which may wait to arrive.
CONSENT_VERSIONS: Statements = (
    "alter table consents add column version integer not null default 1",
    "alter table consents add column waiting_since text",
    "alter table consents add column dropped_at text",
    "alter table consents drop column accepted_by",
    """
    create table consent_requests (
        id text primary key,
        asked_at text not null,
        asked_by text not null,
        route text not null check (route in ('here', 'link')),
        roles text not null
    )
    """,
)

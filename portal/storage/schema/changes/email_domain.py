"""The email domain that an administrator entered: at most one row."""

from portal.storage.schema.engines import Statements

# `password` is sealed. Only settings that delivered a mail are kept, so `proven_at` is set.
EMAIL_DOMAIN: Statements = (
    """
    create table email_domains (
        id text primary key check (id = 'email-domain'),
        host text not null,
        port integer not null,
        security text not null check (security in ('tls', 'starttls')),
        username text not null,
        password text not null,
        from_address text not null,
        from_name text not null,
        reply_to text not null,
        entered_by text not null,
        entered_at text not null,
        proven_at text not null,
        version integer not null
    )
    """,
)

"""Counts of requests, for rate limits."""

from portal.storage.schema.engines import Statements

STATEMENTS: Statements = (
    """
    create table rate_limits (
        bucket text not null, window_start text not null, hits integer not null,
        primary key (bucket, window_start)
    )
    """,
)

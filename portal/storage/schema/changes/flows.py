"""Flows that ask for one more permission."""

from portal.storage.schema.engines import Statements, replaced_view

# Somebody who left to connect for a feature may not have come back either.
UNFINISHED_CONNECTS: Statements = (
    replaced_view(
        "unfinished_connects",
        """
        select f.user_id, f.started_at from flows f
        where f.kind in ('connect', 'group_calendars', 'availability', 'without_scheduling')
        and f.used_at is null and not exists (
            select 1 from flows o where o.user_id = f.user_id
            and o.kind in ('connect', 'group_calendars', 'availability', 'without_scheduling')
            and (o.started_at > f.started_at
                 or (o.started_at = f.started_at and o.used_at is not null))
        )
        """,
    ),
)
# The kind says which permission the person may need an approval for.
KINDS_OF_UNFINISHED_CONNECTS: Statements = (
    replaced_view(
        "unfinished_connects",
        """
        select f.user_id, f.started_at, f.kind from flows f
        where f.kind in ('connect', 'group_calendars', 'availability', 'without_scheduling')
        and f.used_at is null and not exists (
            select 1 from flows o where o.user_id = f.user_id
            and o.kind in ('connect', 'group_calendars', 'availability', 'without_scheduling')
            and (o.started_at > f.started_at
                 or (o.started_at = f.started_at and o.used_at is not null))
        )
        """,
    ),
)
# Those who left to organize their first interview too.
UNFINISHED_INTERVIEWS: Statements = (
    replaced_view(
        "unfinished_connects",
        """
        select f.user_id, f.started_at, f.kind from flows f
        where f.kind in ('connect', 'group_calendars', 'availability', 'interviews',
            'group_interviews', 'without_scheduling')
        and f.used_at is null and not exists (
            select 1 from flows o where o.user_id = f.user_id
            and o.kind in ('connect', 'group_calendars', 'availability', 'interviews',
                'group_interviews', 'without_scheduling')
            and (o.started_at > f.started_at
                 or (o.started_at = f.started_at and o.used_at is not null))
        )
        """,
    ),
)

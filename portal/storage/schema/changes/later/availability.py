"""Facts about times on people's calendars that Portal keeps since later."""

from portal.storage.schema.engines import Statements

# Tells the copies of an interview's own events. Empty until the calendar is read once more.
SAME_EVENTS: Statements = (
    "alter table calendar_times add column ical_uid text not null default ''",
)
# Microsoft tells also of own calendars with coming interviews.
NOBODY_TOLD = "drop view subscribable_accounts"
WATCHED_PEOPLE: Statements = (
    NOBODY_TOLD,
    """
    create view subscribable_accounts as
    select 'email' as wakes, n.user_id, n.tenant_id from notifiable_people n
    union
    select 'calendar' as wakes, r.user_id, p.tenant_id from calendar_reads r
    join calendar_people p on p.user_id = r.user_id
    where r.source in ('organization', 'connection') and r.failure is null
        and p.tenant_id is not null
    union
    select 'calendar' as wakes, w.user_id, p.tenant_id from watched_people w
    join calendar_people p on p.user_id = w.user_id
    where p.tenant_id is not null
    """,
)

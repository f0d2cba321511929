"""Facts about times on people's calendars that Portal keeps since later."""

from portal.storage.schema.engines import Statements

# Tells the copies of an interview's own events. Empty until the calendar is read once more.
SAME_EVENTS: Statements = (
    "alter table calendar_times add column ical_uid text not null default ''",
)

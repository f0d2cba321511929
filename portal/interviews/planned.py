"""The events that an interview needs and Microsoft does not have yet."""

from portal.group_calendars import store as group_calendars
from portal.interviews.models import Event, Home, Interview, Role
from portal.storage.ids import new_id
from portal.storage.rows import Rows


def events(rows: Rows, one: Interview) -> list[Event]:
    """New events for the present generation: one for all, or one more for the candidate."""
    roles = (Role.INTERNAL,) if one.is_one_event else (Role.INTERNAL, Role.CANDIDATE)
    group_id = None
    if one.calendar is Home.GROUP and one.calendar_id is not None:
        group_id = group_calendars.calendar(rows, one.calendar_id).group_id
    return [
        Event(
            id=new_id(),
            interview_id=one.id,
            role=role,
            generation=one.generation,
            group_id=group_id,
            owner_user_id=one.organizer_id,
            owner_object_id=None,
        )
        for role in roles
    ]

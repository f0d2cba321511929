"""The events of an interview's present generation, before they are at Microsoft."""

from portal.errors import Conflict
from portal.group_calendars import store as group_calendars
from portal.interviews import store
from portal.interviews.models import Event, Home, Interview, Role
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.users import store as users

NO_CALENDAR = "The group calendar of this interview was removed. Choose another calendar first."
NO_ORGANIZER = "The organizer of this interview is gone. Choose another organizer first."


def plan(rows: Rows, interview: Interview) -> None:
    """Plan the events of the present generation. Belongs inside write()."""
    if interview.organizer_id is None:
        raise Conflict(NO_ORGANIZER)
    organizer = users.user(rows, interview.organizer_id)
    group_id = _group_of(rows, interview)
    roles = [Role.INTERNAL] if interview.is_one_event else [Role.INTERNAL, Role.CANDIDATE]
    for role in roles:
        store.save_event(
            rows,
            Event(
                id=new_id(),
                interview_id=interview.id,
                role=role,
                generation=interview.generation,
                group_id=group_id,
                owner_user_id=organizer.id,
            ),
        )


def _group_of(rows: Rows, interview: Interview) -> str | None:
    if interview.calendar is Home.ORGANIZER:
        return None
    if interview.calendar_id is None:
        raise Conflict(NO_CALENDAR)
    return group_calendars.calendar(rows, interview.calendar_id).group_id

"""Events that stay on the calendar of somebody whom Portal cannot act for any more."""

from collections.abc import Iterable
from dataclasses import replace

from portal.interviews.lists.state_texts import Said
from portal.interviews.models import Event, Step
from portal.storage.rows import Rows
from portal.users import store as users

SOMEBODY = "a person who was removed from Portal"


def with_left(rows: Rows, said: Said, events: Iterable[Event]) -> Said:
    """The state, and how an administrator takes off the events that were left."""
    left = [each for each in events if each.step is Step.LEFT]
    if not left:
        return said
    owner_id = left[0].owner_user_id
    name = users.user(rows, owner_id).display_name if owner_id else SOMEBODY
    text = (
        f"Portal cannot change the calendar of {name}, so an earlier invitation may still be in "
        "people's calendars. An Exchange administrator can remove it with "
        "Remove-CalendarEvents -CancelOrganizedMeetings. That cancels every coming meeting of "
        f"{name}."
    )
    return replace(said, text=f"{said.text} {text}".strip(), kind="warn")

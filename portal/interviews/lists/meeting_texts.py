"""A Teams meeting that belongs to somebody who was disabled, while its interview goes on."""

from datetime import datetime

from portal.interviews.effects import effect_store
from portal.interviews.lists.state_texts import Said
from portal.interviews.models import Goal, Home, Interview, Place
from portal.storage.rows import Rows


def of_left_meeting(rows: Rows, one: Interview, *, now: datetime) -> Said | None:
    """Sentences about the link, and what a new meeting costs. None if there is no such meeting.

    On an own calendar the interview asks for another organizer already.
    """
    is_coming = one.is_open and one.goal is Goal.SCHEDULED and one.starts_at > now
    is_left = one.place is Place.TEAMS and one.calendar is Home.GROUP and bool(one.join_url)
    if not (is_coming and is_left) or one.organizer_id is None:
        return None
    if not effect_store.gone_people(rows, [one.organizer_id]):
        return None
    return Said(
        f"The Teams meeting belongs to {one.organizer_name}, who was disabled",
        "Its link may stop working once Microsoft closes that account. Another organizer makes a "
        "new meeting: everybody gets a cancellation, and then an invitation with the new link.",
        "warn",
    )

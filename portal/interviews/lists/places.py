"""The place and the calendar of an interview in a few words."""

from portal.graph.links import LOOPBACK
from portal.group_calendars import store as calendars
from portal.interviews.lists.models import Listed
from portal.interviews.models import Home, Interview, Place
from portal.storage.rows import Rows
from portal.web_addresses import web_address

AS_INVITED = "As in your invitation"


def in_short(one: Listed | Interview) -> str:
    """`Microsoft Teams, Aurora`: the place, and a room beside it."""
    parts = [_place(one), one.room_name if one.place is not Place.ROOM else ""]
    return ", ".join(each for each in parts if each)


def _place(one: Listed | Interview) -> str:
    if one.place is Place.ROOM:
        return one.room_name or one.place.label
    if one.place is Place.ADDRESS:
        return one.place_text or one.place.label
    return one.place.label


def join_url(one: Interview, *, on_loopback: bool) -> str:
    """The link to the meeting. Empty unless it is an ordinary address of the web."""
    found = web_address(one.join_url)
    if found is None:
        return ""
    is_safe = found.scheme == "https" or (on_loopback and found.host in LOOPBACK)
    return one.join_url if is_safe else ""


def calendar(rows: Rows, one: Interview) -> str:
    if one.calendar is Home.ORGANIZER:
        return f"Own calendar of {one.organizer_name}"
    if one.calendar_id is None:
        return "A group calendar that was removed"
    return calendars.calendar(rows, one.calendar_id).name

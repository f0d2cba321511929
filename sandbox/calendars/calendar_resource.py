"""The calendar resource of Graph: one default calendar for each person and group.

https://learn.microsoft.com/graph/api/resources/calendar
"""

import base64
from typing import Any

from sandbox.calendars.owners import Owner
from sandbox.database import State
from sandbox.meetings import teams

MEMBERS = (
    "id", "name", "color", "hexColor", "groupClassId", "isDefaultCalendar", "changeKey",
    "canShare", "canViewPrivateItems", "canEdit", "allowedOnlineMeetingProviders",
    "defaultOnlineMeetingProvider", "isTallyingResponses", "isRemovable", "owner",
)  # fmt: skip  # one to a line says no more
# Nine characters, so that each id begins with the same twelve.
PREFIX = "calendar "


def calendar(state: State, owner: Owner) -> dict[str, Any]:
    """Build the calendar. Whether a group's events can be Teams meetings is not documented."""
    identity, providers = calendar_id(owner), teams.providers(state, owner.id)
    is_own = not owner.is_opened_by_another
    return {
        "id": identity,
        "name": "Calendar",
        "color": "auto",
        "hexColor": "",
        "groupClassId": "0006f0b7-0000-0000-c000-000000000046",
        "isDefaultCalendar": True,
        "changeKey": identity[-16:],
        "canShare": is_own and not owner.is_group,
        "canViewPrivateItems": is_own,
        "canEdit": True,
        "allowedOnlineMeetingProviders": providers,
        "defaultOnlineMeetingProvider": providers[0] if providers else "unknown",
        "isTallyingResponses": True,
        "isRemovable": False,
        "owner": {"name": owner.name, "address": owner.address},
    }


def calendar_id(owner: Owner) -> str:
    return base64.urlsafe_b64encode(f"{PREFIX}{owner.id}".encode()).decode()


def is_id(text: str) -> bool:
    """Whether a text has the form of a calendar's id."""
    return text.startswith(base64.urlsafe_b64encode(PREFIX.encode()).decode())

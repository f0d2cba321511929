"""The calendars that invitations can come from: the inherited one, and those to choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.group_calendars.models import GroupCalendar
from portal.interviews.communication import GROUP, OWN, Communication, communication
from portal.interviews.models import CalendarSource, Home, Kind


@dataclass(frozen=True)
class Offered:
    """A calendar to choose. `value` is empty for the inherited one, which may change later."""

    value: str
    name: str
    is_own: bool
    is_chosen: bool
    state: str = ""


def offered(
    known: Sequence[GroupCalendar], kind: Kind | None, choice: str, organizer_name: str
) -> list[Offered]:
    """Every calendar, the inherited one first and the organizer's own last."""
    usual, picked = communication("", kind, known), communication(choice, kind, known)
    own = f"{organizer_name}'s own calendar" if organizer_name else "The organizer's own calendar"
    names = {f"{GROUP}{each.id}": each.name for each in known} | {OWN: own}
    inherited = usual.value if usual else OWN
    chosen = picked.value if picked else ""
    others = [each for each in names if each != inherited]
    return [
        Offered("", names[inherited], inherited == OWN, inherited == chosen, _state(usual)),
        *(Offered(each, names[each], each == OWN, each == chosen) for each in others),
    ]


def _state(usual: Communication | None) -> str:
    """The pill of the inherited calendar: what decided on it."""
    if usual is not None and usual.source is CalendarSource.KIND:
        return "Of this kind"
    return "Default" if usual is not None and usual.home is Home.GROUP else ""

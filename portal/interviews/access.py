"""The connection that writes the events of an interview, or why there is none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from portal.errors import NotAllowed, PortalError
from portal.graph.client import GraphClient
from portal.graph.errors import (
    Gone,
    MailboxFenced,
    NeedsReconnect,
    NotConnected,
    TokenRefused,
)
from portal.graph.links import segment
from portal.group_calendars import store as group_calendars
from portal.group_calendars.roster import store as roster
from portal.group_calendars.roster import writes
from portal.group_calendars.roster.pool import REFUSALS
from portal.interviews.models import Event, Interview, Place
from portal.microsoft365.permissions import Feature
from portal.services import Services
from portal.users import store as users

T = TypeVar("T")
Way = Callable[[], "Calendar"]
OWN_PAGE = "under Microsoft 365 in their settings"


@dataclass(frozen=True)
class Calendar:
    """A calendar as one person opens it. `path` is where its events are."""

    graph: GraphClient = field(repr=False)
    path: str
    user_id: str


def write(services: Services, one: Interview, event: Event, call: Callable[[Calendar], T]) -> T:
    """Call Microsoft by the organizer's connection, or on a group calendar by another member's.

    Raises the organizer's refusal, with the cure, if nobody's connection works.
    """
    ways = [*_organizers(services, one, event), *_others(services, one, event)]
    return _first_that_works(services, one, event, ways, _noting(services, event, call))


def read(services: Services, one: Interview, event: Event, call: Callable[[Calendar], T]) -> T:
    """Like write(), for a call that changes nothing."""
    ways = [*_organizers(services, one, event), *_others(services, one, event)]
    return _first_that_works(services, one, event, ways, call)


def read_own(services: Services, one: Interview, event: Event, call: Callable[[Calendar], T]) -> T:
    """Like read(), on an own calendar and whatever the place: only writes need a person for Teams.

    By the organization's consent where it covers that, and else by the owner's own connection.
    """
    owner_id = event.owner_user_id
    ways = (
        [partial(_by_consent, services, owner_id), partial(_own, services, owner_id)]
        if owner_id
        else []
    )
    return _first_that_works(services, one, event, ways, call)


def create(services: Services, one: Interview, event: Event, call: Callable[[Calendar], T]) -> T:
    """Call Microsoft as the organizer, who alone makes events."""
    ways = _organizers(services, one, event)
    try:
        return _first_that_works(services, one, event, ways, _noting(services, event, call))
    except Gone as missing:  # nothing of the call is there yet but its calendar
        name = _name(services, one, event)
        missing.args = (f"Microsoft does not find {name}. Choose another calendar.",)
        raise


def not_found(services: Services, one: Interview, event: Event) -> str:
    """A sentence about an event that is gone, alone or with its calendar, and the cure."""
    name = _name(services, one, event)
    return f"Microsoft no longer finds the event on {name}. Choose another calendar."


def _first_that_works(
    services: Services,
    one: Interview,
    event: Event,
    ways: Iterable[Way],
    call: Callable[[Calendar], T],
) -> T:
    first: PortalError | None = None
    for opened in ways:
        calendar = None
        try:
            calendar = opened()
            return call(calendar)
        except REFUSALS as refusal:
            # The organization's access has cures of its own.
            is_worded = calendar is not None and calendar.graph.is_app_only
            worded = refusal if is_worded else _explained(services, refusal, one, event)
            first = first or worded
    raise first or NotAllowed(_removed(_owner_name(services, one, event)))


def _noting(
    services: Services, event: Event, call: Callable[[Calendar], T]
) -> Callable[[Calendar], T]:
    """The call, which keeps whether a group calendar takes this person's writes."""

    def noting(calendar: Calendar) -> T:
        try:
            answer = call(calendar)
        except MailboxFenced:
            writes.refused(services.rows, event.group_id, calendar.user_id)
            raise
        writes.worked(services.rows, event.group_id, calendar.user_id)
        return answer

    return noting


def meetings(services: Services, one: Interview) -> GraphClient:
    """The organizer's own connection, which alone makes Teams meetings in their name."""
    return services.microsoft365.client_of_person(Feature.MEETINGS, _organizer_id(one))


def _organizers(services: Services, one: Interview, event: Event) -> list[Way]:
    """The organizer's ways to the calendar. Each may be refused when it is opened."""
    owner_id = _owner_id(one, event)
    if owner_id is None:
        return []
    if event.group_id is not None:
        return [partial(_of_group, services, event, owner_id)]
    own = partial(_own, services, owner_id)
    # Teams meetings are made in the organizer's name alone.
    return [own] if one.place is Place.TEAMS else [partial(_by_consent, services, owner_id), own]


def _others(services: Services, one: Interview, event: Event) -> Iterator[Way]:
    """Members of the group who write for the organizer."""
    known = event.group_id and group_calendars.calendar_of_group(services.rows, event.group_id)
    if not known:
        return
    for person in roster.writers(services.rows, known.id):
        if person.is_usable and person.user_id != _owner_id(one, event):
            yield partial(_of_group, services, event, person.user_id)


def _by_consent(services: Services, owner_id: str) -> Calendar:
    """An own calendar by the organization's consent where it covers that, else like _own()."""
    graph = services.microsoft365.client_for(Feature.SCHEDULING, owner_id)
    return Calendar(graph, "events", owner_id)


def _own(services: Services, owner_id: str) -> Calendar:
    graph = services.microsoft365.client_of_person(Feature.SCHEDULING, owner_id)
    return Calendar(graph, "events", owner_id)


def _of_group(services: Services, event: Event, user_id: str) -> Calendar:
    graph = services.microsoft365.client_of_person(Feature.GROUP_CALENDARS, user_id)
    return Calendar(graph, f"/groups/{segment(event.group_id or '')}/events", user_id)


def _owner_id(one: Interview, event: Event) -> str | None:
    """The person whose event it is. One that is not made yet follows the interview."""
    may_be_there = event.graph_id is not None or event.modified_at is not None
    is_its_own = may_be_there or event.generation < one.generation
    return event.owner_user_id if is_its_own else one.organizer_id


def _owner_name(services: Services, one: Interview, event: Event) -> str:
    """The name of the person whose event it is, who may have been the organizer before."""
    owner_id = _owner_id(one, event)
    if owner_id is None or owner_id == one.organizer_id:
        return one.organizer_name
    return users.user(services.rows, owner_id).display_name


def _organizer_id(one: Interview) -> str:
    if one.organizer_id is None:
        raise NotAllowed(_removed(one.organizer_name))
    return one.organizer_id


def explained(name: str, refusal: PortalError, *, calendar: str) -> PortalError:
    """The same refusal in words about the organizer, for everybody who reads the page."""
    if isinstance(refusal, NotAllowed):
        sentence = _removed(name)
    elif isinstance(refusal, NotConnected):
        sentence = f"{name} is not connected to Microsoft 365. {name} can connect {OWN_PAGE}."
    elif isinstance(refusal, NeedsReconnect | TokenRefused):
        sentence = (
            f"Microsoft no longer accepts the connection of {name}. {name} can reconnect "
            f"{OWN_PAGE}."
        )
    elif isinstance(refusal, MailboxFenced):
        sentence = (
            f"Microsoft does not let {name} write in {calendar}. An administrator can check what "
            f"{name} may do there, or choose another organizer."
        )
    else:
        sentence = (
            f"The connection of {name} lacks a permission for {calendar}. {name} can reconnect "
            f"{OWN_PAGE}."
        )
    refusal.args = (sentence,)
    return refusal


def _removed(name: str) -> str:
    return f"{name} may no longer sign in to Portal. Choose another organizer."


def _explained(
    services: Services, refusal: PortalError, one: Interview, event: Event
) -> PortalError:
    name = _owner_name(services, one, event)
    return explained(name, refusal, calendar=_calendar_name(services, name, event))


def _name(services: Services, one: Interview, event: Event) -> str:
    return _calendar_name(services, _owner_name(services, one, event), event)


def _calendar_name(services: Services, name: str, event: Event) -> str:
    if event.group_id is None:
        return f"the calendar of {name}"
    known = group_calendars.calendar_of_group(services.rows, event.group_id)
    return f"“{known.name}”" if known else "a calendar that was removed from Portal"

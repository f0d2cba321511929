"""Sentences about what a change does to events, rooms and invitations. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.interviews.changes import checks
from portal.interviews.models import (
    OVER,
    Attends,
    Event,
    Goal,
    Interview,
    Panelist,
    Place,
    State,
    Step,
    Told,
)
from portal.wording import counted, listed, verb

NOTHING = "Nothing changes."
NOBODY_KNOWS = "Nobody has been told yet, so nobody gets mail."
NAMED_AT_MOST = 6


@dataclass(frozen=True)
class Known:
    """An interview with all that a page about a change shows of it."""

    interview: Interview
    panel: Sequence[Panelist]
    events: Sequence[Event]
    ledger: Sequence[Told]

    @property
    def invited(self) -> list[Told]:
        """People and rooms with an invitation now."""
        return [each for each in self.ledger if each.withdrawn_at is None]

    @property
    def events_left(self) -> int:
        """The count of events at Microsoft."""
        return sum(each.step not in (Step.PLANNED, *OVER) for each in self.events)


def of_cancelling(known: Known) -> list[str]:
    name = known.interview.candidate_name
    said = [*_withdrawn(known)]
    if known.interview.candidate_id is not None:
        said.append(f"The feed of {name} keeps a note.")
    return said


def of_finding_time(known: Known) -> list[str]:
    return [
        *_withdrawn(known),
        "The interview stays in Portal without a time, and its people and room are free again.",
        "Once you choose a new time, everybody gets one new invitation.",
    ]


def _withdrawn(known: Known) -> list[str]:
    if known.interview.state is State.NEEDS_TIME:
        return ["Its events are gone already, so nobody gets mail."]
    left = ("", "its event leaves the calendar", "both events leave the calendar")
    leaves = left[min(known.events_left, 2)]
    if not known.invited:
        return [NOBODY_KNOWS, *([f"{leaves[0].upper()}{leaves[1:]}."] if leaves else [])]
    gets = verb(len(known.invited), "gets", "get")
    told = f"{everybody(known.invited)} {gets} a cancellation"
    return [f"{told}, and {leaves}." if leaves else f"{told}."]


def everybody(several: Sequence[Told]) -> str:
    """The candidate, the panel and the room, by name while there are few."""
    by_role = {role: [each.name for each in several if each.role is role] for role in Attends}
    panel = by_role[Attends.PANEL]
    if len(several) > NAMED_AT_MOST:
        panel = [f"{counted(len(panel), 'person')} of the panel"]
    rooms = ["the room"] if by_role[Attends.ROOM] else []
    return listed([*by_role[Attends.CANDIDATE], *panel, *rooms])


def of_panel_change(known: Known, wanted: Iterable[Panelist]) -> list[str]:
    """Sentences about who is invited, who gets a cancellation, and who hears nothing."""
    wanted = [*wanted]
    if checks.is_same_panel(wanted, known.panel):
        return [NOTHING]
    if known.interview.state is State.NEEDS_TIME:
        return ["It has no time now, so nobody gets mail. Its new time invites this panel."]
    if not known.invited:
        invited = [known.interview.candidate_name, *(each.name for each in wanted)]
        gets = verb(len(invited), "gets", "get")
        return [
            "Nobody has been told yet, so nobody gets a cancellation.",
            f"{listed(invited)} {gets} one invitation.",
        ]
    before = {each.user_id: each for each in known.panel}
    after = {each.user_id: each for each in wanted}
    joins = [each.name for id, each in after.items() if id not in before]
    leaves = [each.name for id, each in before.items() if id not in after]
    stay = [each.name for id, each in after.items() if id in before]
    said = []
    if joins:
        said.append(f"{listed(joins)} {verb(len(joins), 'gets', 'get')} an invitation.")
    if leaves:
        said.append(f"{listed(leaves)} {verb(len(leaves), 'gets', 'get')} a cancellation.")
    quiet = [known.interview.candidate_name, *stay]
    return [*said, f"{listed(quiet)} {verb(len(quiet), 'hears', 'hear')} nothing."]


def of_trying_again(known: Known) -> list[str]:
    interview = known.interview
    if interview.state is State.FAILED:
        return [
            "Nobody has been told, and nothing is left at Microsoft.",
            "Portal makes new events, and everybody gets one invitation.",
        ]
    if interview.goal is not Goal.SCHEDULED:
        return ["Portal takes the events off the calendar again.", *_withdrawn(known)]
    late = [each for each in known.invited if each.version < interview.version]
    if not late:
        return ["Portal goes on where it stopped. Nobody is told anything twice."]
    lack = verb(len(late), "has", "have")
    return [
        f"{everybody(late)} {lack} not been told the latest.",
        "Portal goes on where it stopped. Nobody is told anything twice.",
    ]


def of_discarding(known: Known) -> list[str]:  # noqa: ARG001  # one shape for all of them
    return ["Nobody has been told, and nothing is left at Microsoft, so nobody gets mail."]


def of_new_events(known: Known) -> list[str]:
    """Sentences about events that are made again on another calendar."""
    if known.interview.state is State.NEEDS_TIME:
        return ["It has no events now. The new time will be on this calendar."]
    if not known.invited:
        return [NOBODY_KNOWS, "Portal makes the events again."]
    return [_invited_again(known.invited), *_of_link(known.interview, known.interview)]


def of_new_place(known: Known, after: Interview) -> list[str]:
    """Sentences about a place that changes. Another room alone needs no new events."""
    before = known.interview
    if after == before:
        return [NOTHING]
    if before.state is State.NEEDS_TIME:
        return ["It has no events now. The new time will be at this place."]
    if not known.invited:
        return [NOBODY_KNOWS, "Portal makes the events again."]
    rooms = of_room(before, after.room_id, after.room_name)
    if (after.place, after.place_text) == (before.place, before.place_text):
        return [*of_room_update(before, known.invited), *rooms]
    people = [each for each in known.invited if each.role is not Attends.ROOM]
    asked = [] if rooms or not after.room_id else [f"{after.room_name} is asked again."]
    return [_invited_again(people), *rooms, *asked, *_of_link(before, after)]


def of_room(before: Interview, room_id: str | None, name: str) -> list[str]:
    """Sentences about another room. None if it stays the same."""
    if before.room_id == room_id:
        return []
    freed = [f"{before.room_name} is given back."] if before.room_name else []
    return [*freed, *([f"{name} is invited."] if room_id else [])]


def of_room_update(before: Interview, invited: Sequence[Told]) -> list[str]:
    """A sentence about another room, to those whose event names it."""
    is_for_all = before.place is Place.ROOM or before.is_one_event
    people = [
        each
        for each in invited
        if each.role is Attends.PANEL or (is_for_all and each.role is Attends.CANDIDATE)
    ]
    gets = verb(len(people), "gets", "get")
    return [f"{everybody(people)} {gets} one update with the room."] if people else []


def _invited_again(people: Sequence[Told]) -> str:
    gets = verb(len(people), "gets", "get")
    return f"{everybody(people)} {gets} a cancellation, and then a new invitation."


def _of_link(before: Interview, after: Interview) -> list[str]:
    if after.place is Place.TEAMS:
        return ["The new invitations have a new Teams link."]
    if before.place is Place.TEAMS:
        return ["The new invitations have no Teams link."]
    return []

"""Each person's view of an interview: how many events, from whom, and what they say. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from portal.composer.placeholders import first_name
from portal.group_calendars.models import GroupCalendar, Outcome
from portal.interviews.models import Home, Interview, Panelist, Place
from portal.wording import listed

NOBODY = "\N{EN DASH}"
ON_GROUP = "The group's calendar has {events}. Microsoft may also send each member a copy."


class Open(StrEnum):
    """Whether everybody in the organization can open the group's calendar."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def by(cls, is_public: Outcome | None) -> "Open":
        if is_public is None or is_public is Outcome.UNKNOWN:
            return cls.UNKNOWN
        return cls.YES if is_public is Outcome.OK else cls.NO


@dataclass(frozen=True)
class Meant:
    """An interview and the people whom it reaches. `group` is None on the organizer's calendar."""

    interview: Interview
    panel: tuple[Panelist, ...]
    group: GroupCalendar | None = None
    is_open: Open = Open.UNKNOWN

    @property
    def organizer_seen(self) -> str:
        """The organizer's name as invited people see it."""
        return self.group.name if self.group else self.interview.organizer_name

    @property
    def candidate(self) -> str:
        return first_name(self.interview.candidate_name) or self.interview.candidate_name

    @property
    def organizes_on_panel(self) -> bool:
        """Whether the organizer of an own calendar is on the panel too."""
        one = self.interview
        on_panel = any(each.user_id == one.organizer_id for each in self.panel)
        return one.calendar is Home.ORGANIZER and on_panel

    @property
    def has_two_events(self) -> bool:
        """Whether somebody sees the panel's event and the candidate's side by side."""
        return self.organizes_on_panel and not self.interview.is_one_event

    @property
    def events(self) -> str:
        return "the event" if self.interview.is_one_event else "both events"

    @property
    def invited(self) -> list[str]:
        """Everybody who gets an invitation. On an own calendar the organizer gets none."""
        one, own = self.interview, self.interview.calendar is Home.ORGANIZER
        people = [
            first_name(each.name) or each.name
            for each in self.panel
            if not (own and each.user_id == one.organizer_id)
        ]
        return [self.candidate, *people, *(["the room"] if one.room_address else [])]


@dataclass(frozen=True)
class Sees:
    """One row: a person, how many events they find, from whom, and what these say."""

    name: str
    note: str
    events: str
    organizer: str
    says: str
    is_warning: bool = False


def audience(meant: Meant) -> list[Sees]:
    """Everybody who finds something in a calendar: candidate, panel, organizer, room, others."""
    return [*_people(meant), *_others(meant)]


def _people(meant: Meant) -> Iterator[Sees]:
    one, seen = meant.interview, meant.organizer_seen
    yield Sees(one.candidate_name, "", "1", seen, _candidates(meant))
    for each in meant.panel:
        note = "" if each.is_required else "optional"
        is_organizer = meant.organizes_on_panel and each.user_id == one.organizer_id
        both = is_organizer and meant.has_two_events
        says = _panels(meant) + (f"; and {meant.candidate}'s invitation" if both else "")
        yield Sees(each.name, note, "2" if both else "1", seen, says, is_warning=both)
    if not any(each.user_id == one.organizer_id for each in meant.panel):
        yield _organizer(meant)
    if one.room_address:
        yield Sees(one.room_name, "room", "1", seen, "The time and the organizer's name")


def _candidates(meant: Meant) -> str:
    one = meant.interview
    parts = ["Time", _place(meant), *(["your words"] if one.words else [])]
    if one.is_one_event:
        return f"{_sentence(parts)}. Also everybody who is invited. No notes."
    hidden = "Not the panel's addresses" if not one.room_address else "Not the panel's event"
    hidden = "Not the room" if one.room_address and one.place is not Place.ROOM else hidden
    return f"{_sentence(parts)}. {hidden}, and no notes."


def _panels(meant: Meant) -> str:
    one = meant.interview
    room = ["room"] if one.room_address and one.place is not Place.ROOM else []
    parts = [f"{meant.candidate}'s name", "panel", *room, _place(meant)]
    if one.is_one_event:
        return _sentence([*parts, *(["your words"] if one.words else [])])
    return _sentence([*parts, "a link to this interview in Portal"])


def _place(meant: Meant) -> str:
    place = meant.interview.place
    if place is Place.PHONE and meant.group is not None:
        return "“Phone” without the number"
    return {
        Place.TEAMS: "Teams link",
        Place.ROOM: "room",
        Place.PHONE: "phone number",
        Place.ADDRESS: "place",
    }[place]


def _sentence(parts: list[str]) -> str:
    return listed(parts)


def _organizer(meant: Meant) -> Sees:
    one, note = meant.interview, "not on the panel"
    if meant.group is not None:
        return Sees(
            one.organizer_name, note, "0", NOBODY, f"{_capital(meant)} on the group's calendar"
        )
    count = "1" if one.is_one_event else "2"
    said = f"{_capital(meant)} on their own calendar, as the organizer"
    return Sees(one.organizer_name, note, count, one.organizer_name, said)


def _capital(meant: Meant) -> str:
    return "The event is" if meant.interview.is_one_event else "Both events are"


def _others(meant: Meant) -> Iterator[Sees]:
    """People who are not invited and can see the interview all the same."""
    group = meant.group
    if group is None:
        return
    said = ON_GROUP.format(events=meant.events)
    yield Sees(f"Members of {group.name}", "", NOBODY, group.name, said)
    if meant.is_open is not Open.NO:
        yield Sees("Everybody in your organization", "", NOBODY, NOBODY, _public(meant))


def _public(meant: Meant) -> str:
    words = ["your words"] if meant.interview.words else []
    parts = [f"{meant.candidate}'s name", "time", _place(meant), *words, "who is invited"]
    seen = f"{meant.events}: {listed(parts)}."
    if meant.is_open is Open.YES:
        return f"The group is public. Anybody can open its calendar and see {seen}"
    return f"Portal could not check whether the group is public. A public one shows {seen}"


def limits(meant: Meant, kind_name: str) -> list[str]:
    """The differences of a group's calendar from an own one, said before sending."""
    if meant.group is None:
        return []
    named = f"A group's calendar may be public, so the invitation is called “{kind_name}”."
    return [
        *([named] if meant.interview.title != kind_name else []),
        f"{meant.candidate}'s answer stays unknown: a group's calendar shows no replies of guests.",
        "Microsoft sends no reminders from a group's calendar. People's own copies remind them.",
    ]

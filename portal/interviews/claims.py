"""Times that interviews hold of people and rooms. Taken in the transaction of the change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.addresses import fold
from portal.errors import Conflict
from portal.interviews import store, times
from portal.interviews.models import Claimed, Interview, Panelist, Subject
from portal.storage.rows import Rows
from portal.wording import listed


@dataclass(frozen=True)
class Clash:
    """A person of the panel, or the room, is held by another interview at this time."""

    name: str
    held: Claimed

    @property
    def is_of_room(self) -> bool:
        return self.held.kind is Subject.ROOM


class Taken(Conflict):
    """Another interview holds the time. Colleagues may override people's times, never a room's."""

    def __init__(self, clashes: Sequence[Clash], zone: str) -> None:
        self.clashes = tuple(clashes)
        rooms = [each for each in clashes if each.is_of_room]
        shown = rooms or clashes
        names = listed(dict.fromkeys(each.name for each in shown))
        held = shown[0].held
        when = times.span(held.starts_at, held.ends_at, zone)
        were = "was" if len({each.name for each in shown}) == 1 else "were"
        cure = "Choose another room or time." if rooms else "Choose another time."
        super().__init__(f"{names} {were} just booked for {when}. {cure}")

    @property
    def may_override(self) -> bool:
        return not any(each.is_of_room for each in self.clashes)


def wanted(interview: Interview, panel: Iterable[Panelist]) -> list[Claimed]:
    """The claims of an interview at its present time: its panel and its room."""
    subjects = [(Subject.PERSON, each.user_id) for each in panel]
    if interview.room_address:
        subjects.append((Subject.ROOM, fold(interview.room_address)))
    return [
        Claimed(interview.id, kind, subject, interview.starts_at, interview.ends_at)
        for kind, subject in subjects
    ]


def clashes(rows: Rows, interview: Interview, panel: Iterable[Panelist]) -> list[Clash]:
    """Claims of other interviews on the people who must attend, and on the room."""
    names = {
        Subject.PERSON: {each.user_id: each.name for each in panel if each.is_required},
        Subject.ROOM: {fold(interview.room_address): interview.room_name},
    }
    return [
        Clash(named[held.subject], held)
        for kind, named in names.items()
        for held in store.claims(
            rows, kind, named, since=interview.starts_at, until=interview.ends_at
        )
        if held.interview_id != interview.id
    ]


def take(rows: Rows, interview: Interview, panel: Sequence[Panelist], *, override: bool) -> None:
    """Hold the time of an interview, besides what it holds. Raises Taken. Belongs inside write().

    `override` is the word of a person who saw that people of the panel are taken.
    """
    found = clashes(rows, interview, panel)
    refusal = Taken(found, interview.zone) if found else None
    if refusal and not (override and refusal.may_override):
        raise refusal
    store.add_claims(rows, wanted(interview, panel))

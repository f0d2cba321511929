"""Everything that step 1 shows: the form's choices, and what is known of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.calendars.models import Room
from portal.candidates.models import Candidate
from portal.composer.placeholders import first_name
from portal.group_calendars import store as group_calendars
from portal.interviews import readiness
from portal.interviews.communication import communication
from portal.interviews.kinds import kind_store
from portal.interviews.models import Interview, Kind
from portal.interviews.plan import calendars, rooms
from portal.interviews.plan.board import Board, board
from portal.interviews.plan.calendars import Offered
from portal.interviews.plan.columns import Free
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.who import Who
from portal.interviews.readiness import Choice, Organizer
from portal.interviews.rooms.free_rooms import RoomNow
from portal.services import Services
from portal.storage.rows import Rows

USUAL_MINUTES = (15, 30, 45, 60, 75, 90, 120, 180, 240)


# A page lists so many who can organize, and so many who cannot, unless all are asked for.
MOST_ABLE, MOST_OTHERS, MOST = 12, 4, 200


@dataclass(frozen=True)
class Invitation:
    """The calendars to choose from, and who can organize on the chosen one."""

    calendars: tuple[Offered, ...]
    organizers: Choice
    organizer: Organizer | None
    shows_all: bool

    @property
    def people(self) -> list[Organizer]:
        """The chosen one and the reader first, then those who can, then those who cannot."""
        first = [each for each in (self.organizer, self.organizers.mine) if each]
        able = self.organizers.able
        others = [each for each in self.organizers.people if not each.can_organize]
        if not self.shows_all:
            able, others = able[:MOST_ABLE], others[:MOST_OTHERS]
        return list(dict.fromkeys([*first, *able, *others]))[:MOST]

    @property
    def more(self) -> int:
        """How many people are not listed."""
        return len(self.organizers.people) - len(self.people)


@dataclass(frozen=True)
class Step:
    """One view of a draft. `board` is None until somebody is on the panel."""

    candidate: Candidate
    draft: Draft
    kinds: tuple[Kind, ...]
    who: Who
    rooms: tuple[Room, ...]
    invitation: Invitation
    board: Board | None

    @property
    def name(self) -> str:
        """The candidate's first name, as sentences use it."""
        return short(self.candidate.name)

    @property
    def lengths(self) -> list[int]:
        return sorted({*USUAL_MINUTES, *([self.draft.minutes] if self.draft.minutes else [])})


@dataclass(frozen=True)
class Moving:
    """One view of the form that reschedules an interview."""

    interview: Interview
    draft: Draft
    who: Who
    rooms: tuple[Room, ...]
    board: Board | None

    @property
    def name(self) -> str:
        return short(self.interview.candidate_name)

    @property
    def room(self) -> Room | None:
        """The chosen room, if it can be invited."""
        return next((each for each in self.rooms if each.id == self.draft.room_id), None)

    @property
    def room_now(self) -> RoomNow | None:
        """The chosen room at the chosen time, as Microsoft told it for the table."""
        if self.room is None or self.board is None:
            return None
        if self.draft.starts_at is None or self.draft.ends_at is None:
            return None
        column = next(each for each in self.board.columns if each.id == self.room.id)
        whole = (self.draft.starts_at, self.draft.ends_at)
        reasons = (why for who, why in self.board.unknown if self.room.name in who)
        return RoomNow(column.at(whole), next(reasons, ""))

    @property
    def busy(self) -> list[str]:
        """The people who must attend although something else is in their calendar."""
        if self.board is None or self.draft.starts_at is None or self.draft.ends_at is None:
            return []
        whole = (self.draft.starts_at, self.draft.ends_at)
        people = (each for each in self.board.columns if each.is_required and not each.is_room)
        return [each.name for each in people if each.at(whole) is Free.BUSY]


def short(name: str) -> str:
    return first_name(name) or name


def moving(
    services: Services,
    interview: Interview,
    draft: Draft,
    who: Who,
    reader_id: str,
    *,
    now: datetime,
) -> Moving:
    """Read what the form needs. Asks Microsoft only about rooms."""
    askers = [each for each in (interview.organizer_id, reader_id) if each]
    offered = rooms.offered(services)
    return Moving(
        interview=interview,
        draft=draft,
        who=who,
        rooms=tuple(offered),
        board=board_of(services, draft, who, offered, now=now, moved=interview, askers=askers),
    )


def step(
    services: Services,
    candidate: Candidate,
    draft: Draft,
    who: Who,
    reader_id: str,
    *,
    all_organizers: bool,
    now: datetime,
) -> Step:
    """Read what step 1 needs. Asks Microsoft only about rooms."""
    kinds, offered = kind_store.kinds(services.rows), rooms.offered(services)
    kind = next((each for each in kinds if each.id == draft.kind_id), None)
    invitation = _invitation(services.rows, draft, kind, reader_id, shows_all=all_organizers)
    organizer = invitation.organizer
    askers = [*([organizer.user_id] if organizer else []), reader_id]
    return Step(
        candidate=candidate,
        draft=replace(draft, organizer_id=organizer.user_id if organizer else ""),
        kinds=tuple(kinds),
        who=who,
        rooms=tuple(offered),
        invitation=invitation,
        board=board_of(services, draft, who, offered, now=now, askers=askers),
    )


def board_of(
    services: Services,
    draft: Draft,
    who: Who,
    offered: Sequence[Room],
    *,
    now: datetime,
    moved: Interview | None = None,
    askers: Sequence[str] = (),
) -> Board | None:
    """The times of a panel and its room. None without a panel."""
    if not who.panel:
        return None
    shown = rooms.shown(draft.room_id, offered) if draft.has_room else ()
    return board(services, draft, who.panel, shown, now=now, moved=moved, askers=askers)


def _invitation(
    rows: Rows, draft: Draft, kind: Kind | None, reader_id: str, *, shows_all: bool
) -> Invitation:
    known = group_calendars.offered(rows)
    chosen = communication(draft.calendar, kind, known) or communication("", kind, known)
    group = chosen.group if chosen else None
    found = readiness.choice(rows, reader_id, draft.place, group)
    wanted = (each for each in found.able if each.user_id == draft.organizer_id)
    organizer = next(wanted, found.proposed)
    name = first_name(organizer.name) if organizer else ""
    offered = tuple(calendars.offered(known, kind, draft.calendar, name))
    return Invitation(offered, found, organizer, shows_all)

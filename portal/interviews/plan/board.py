"""Everything that the card "When" shows: the panel's and the rooms' times, read as late as now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from portal.addresses import fold
from portal.availability.spans import Span
from portal.calendars.models import Room
from portal.interviews import store
from portal.interviews.models import Attends, Claimed, Interview, Reply, Subject
from portal.interviews.plan import people, rooms, suggestions
from portal.interviews.plan.columns import Column
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.grid import Grid, local_day
from portal.interviews.plan.people import Times
from portal.interviews.plan.people_store import Person
from portal.interviews.plan.rooms import RoomTimes
from portal.interviews.plan.zones import zone_of
from portal.services import Services
from portal.storage.rows import Rows
from portal.wording import listed

HORIZON = timedelta(days=suggestions.DAYS + 1)


@dataclass(frozen=True)
class Board:
    """One day, the next times that suit everyone, and what is known of whom.

    `unsure_rooms` are needed too, but nobody knows when they are free.
    `unread` are people whose calendars nobody asked for yet.
    """

    grid: Grid
    suggested: tuple[datetime, ...]
    waiting: tuple[str, ...]
    unread: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    free_busy_only: tuple[str, ...]
    read_at: datetime | None
    unsure_rooms: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.grid.columns


@dataclass(frozen=True)
class _Asked:
    """The parts of a board. `moved` is the interview that gets another time.

    `is_room_held`: its own room did not decline, so it is the interview that takes the time there.
    """

    draft: Draft
    panel: Sequence[Person]
    times: dict[str, Times]
    claims: Sequence[Claimed]
    span: Span
    moved: Interview | None
    own: frozenset[str]
    is_room_held: bool

    def columns(self, known: RoomTimes, several: Sequence[Room]) -> tuple[Column, ...]:
        names = short_names([each.name for each in self.panel])
        found = [self._person(*each) for each in zip(self.panel, names, strict=True)]
        return (*found, *(self._room(each, known) for each in several))

    def _person(self, person: Person, name: str) -> Column:
        times, besides = self.times[person.user_id], self._besides
        return Column(
            id=person.user_id,
            name=name,
            kind=Subject.PERSON,
            busy=(
                *times.blocks(are_tentative=False, besides=besides, own=self.own),
                *self._claimed(Subject.PERSON, person.user_id),
            ),
            maybe=times.blocks(are_tentative=True, besides=besides, own=self.own),
            hours=times.hours(*self.span),
            known=times.known,
            is_required=person.user_id not in self.draft.optional,
        )

    @property
    def _besides(self) -> Span | None:
        """The time of the moved interview, which people's calendars show as busy."""
        return (self.moved.starts_at, self.moved.ends_at) if self.moved else None

    def _room(self, room: Room, known: RoomTimes) -> Column:
        is_own = self.moved is not None and self.moved.room_id == room.id
        return rooms.column(
            room,
            known,
            self._claimed(Subject.ROOM, fold(room.address or "")),
            is_required=room.id == self.draft.room_id,
            besides=self._besides if is_own and self.is_room_held else None,
        )

    def _claimed(self, kind: Subject, subject: str) -> tuple[Span, ...]:
        return tuple(
            (each.starts_at, each.ends_at)
            for each in self.claims
            if (each.kind, each.subject) == (kind, subject)
            and (self.moved is None or each.interview_id != self.moved.id)
        )


def board(
    services: Services,
    draft: Draft,
    panel: Sequence[Person],
    several: Sequence[Room],
    *,
    now: datetime,
    moved: Interview | None = None,
    askers: Sequence[str] = (),
) -> Board:
    """Ask Microsoft about the rooms. The panel's calendars were read before, by a worker.

    `askers` are the people in whose name it is asked where no room sync user can be.
    """
    zone, their_zone = zone_of(draft.zone) or UTC, zone_of(draft.candidate_zone)
    near, day = _near(now), local_day(draft.day, zone)
    span = min(near[0], day[0]), max(near[1], day[1])
    asked = _Asked(
        draft,
        panel,
        _times(services, panel, span, now),
        _claims(services, panel, several, span),
        span,
        moved,
        people.own_uids(store.events(services.rows, moved.id)) if moved else frozenset(),
        is_room_held=moved is not None and _holds_room(services.rows, moved),
    )
    soon = rooms.ask(services, several, near, askers)
    is_soon = near[0] < day[1] <= near[1]
    there = soon if is_soon else rooms.ask(services, several, day, askers)
    columns, length = asked.columns(there, several), draft.length
    grid = Grid(columns, draft.day, zone, length, now, draft.starts_at, their_zone)
    soon_columns = asked.columns(soon, several)
    suggested = suggestions.next_times(
        [each for each in soon_columns if not _is_unknown_room(each)],
        zone,
        length=length,
        now=now,
        their_zone=their_zone,
    )
    unsure = [each.name for each in soon_columns if each.is_required and _is_unknown_room(each)]
    return replace(_told(asked, grid, suggested, there, several), unsure_rooms=tuple(unsure))


def _is_unknown_room(column: Column) -> bool:
    return column.is_room and column.known is None


def _holds_room(rows: Rows, moved: Interview) -> bool:
    """Whether the interview has its room, as far as its answer is known."""
    told = store.ledger(rows, moved.id)
    replies = {each.reply for each in told if each.role is Attends.ROOM and not each.withdrawn_at}
    return bool(replies) and Reply.DECLINED not in replies


def _near(now: datetime) -> Span:
    """The days of which times are suggested, from a full hour on as Microsoft counts."""
    start = now.replace(minute=0, second=0)
    return start, start + HORIZON


def _times(
    services: Services, panel: Sequence[Person], span: Span, now: datetime
) -> dict[str, Times]:
    ids = [each.user_id for each in panel]
    return people.times_of(services.rows, ids, since=span[0], until=span[1], now=now)


def _claims(
    services: Services, panel: Sequence[Person], several: Sequence[Room], span: Span
) -> list[Claimed]:
    """The times that interviews hold, also those whose events are not written yet."""
    subjects = {
        Subject.PERSON: [each.user_id for each in panel],
        Subject.ROOM: [fold(each.address or "") for each in several],
    }
    return [
        each
        for kind, ids in subjects.items()
        for each in store.claims(services.rows, kind, ids, since=span[0], until=span[1])
    ]


def _told(
    asked: _Asked,
    grid: Grid,
    suggested: Sequence[datetime],
    there: RoomTimes,
    several: Sequence[Room],
) -> Board:
    people = [(each.name, asked.times[each.user_id]) for each in asked.panel]
    times = [(name, each) for name, each in people if each.is_known or each.is_wanted]
    failures = [(each.name, rooms.failure(there, each)) for each in several]
    read = [each.read_at for _, each in times if each.read_at]
    return Board(
        grid=grid,
        suggested=tuple(suggested),
        waiting=tuple(name for name, each in times if each.is_waiting),
        unread=tuple(name for name, each in people if (name, each) not in times),
        unknown=(
            *(
                (name, each.because_not)
                for name, each in times
                if not each.is_known and not each.is_waiting
            ),
            *_by_reason(failures),
        ),
        free_busy_only=tuple(name for name, each in times if each.is_free_busy_only),
        read_at=min(read, default=None),
    )


def _by_reason(failures: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rooms that fail for one reason share a line."""
    reasons = dict.fromkeys(failure for _, failure in failures if failure)
    return [
        (listed(name for name, failure in failures if failure == reason), reason)
        for reason in reasons
    ]


def short_names(names: Sequence[str]) -> list[str]:
    """First names, but whole ones where two people share the first."""
    firsts = [each.split()[0] if each.split() else each for each in names]
    count = Counter(firsts)
    return [first if count[first] == 1 else name for first, name in zip(firsts, names, strict=True)]

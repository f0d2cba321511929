"""Interviews by day as a reader sees them, with the words of each line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from portal.interviews import times
from portal.interviews.lists import answers, list_store, places, state_texts, time_texts
from portal.interviews.lists.answers import Words
from portal.interviews.lists.models import Answer, Listed, Wanted, When, Whose
from portal.interviews.lists.ways import Way, ways
from portal.interviews.models import State
from portal.interviews.rooms.models import Trouble
from portal.storage.rows import Rows

ABOVE = 5
ROOM_REASONS = {
    Trouble.DECLINED: "{name} declined. Open the interview to take the next free room.",
    Trouble.FREE: "{name} was invited, but is still free. Open the interview to take another one.",
}


@dataclass(frozen=True)
class Line:
    """An interview as a line. `theirs` is the candidate's hour where it is another.

    Only lines that need a decision have a `reason`.
    """

    id: str
    title: str
    candidate: str
    day: date
    short_day: str
    starts: str
    until: str
    hours: str
    panel: tuple[str, ...]
    place: str
    theirs: str
    words: Words | None
    reason: str = ""
    is_moved: bool = False
    is_changed: bool = False
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Day:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Agenda:
    """One page of the list. Above it stand moves in Outlook, and what needs a decision.

    `total` counts all lines.
    """

    moved: tuple[Line, ...]
    moved_count: int
    decisions: tuple[Line, ...]
    decision_count: int
    days: tuple[Day, ...]
    count: int
    total: int
    has_next: bool


def agenda(rows: Rows, wanted: Wanted, zone: tzinfo, *, page: int) -> Agenda:
    """One page of a reader's list. Others stand only above what is coming up."""
    found = list_store.listed(rows, wanted, page=page)
    is_above = wanted.when is When.COMING and page == 1 and not wanted.is_limited
    moved = _first(rows, wanted, When.MOVED) if is_above else []
    asks = _first(rows, wanted, When.DECISION) if is_above else []
    lines = _lines(rows, [*moved, *asks, *found], wanted, zone)
    above = lines[len(moved) : len(moved) + len(asks)]
    listed: Sequence[Line] = lines[len(moved) + len(asks) :]
    if wanted.when is When.DECISION and not wanted.is_limited:
        listed = _undecided(rows, found, listed, now=wanted.now)
    total = found[0].found_count if found else 0
    return Agenda(
        moved=tuple(lines[: len(moved)]),
        moved_count=moved[0].found_count if moved else 0,
        decisions=_undecided(rows, asks, above, now=wanted.now),
        decision_count=asks[0].found_count if asks else 0,
        days=_days(listed, wanted.now.astimezone(zone).date()),
        count=len(listed),
        total=total,
        has_next=page * list_store.PAGE_SIZE < total,
    )


def _first(rows: Rows, wanted: Wanted, when: When) -> list[Listed]:
    return list_store.listed(rows, replace(wanted, when=when), size=ABOVE)


def _undecided(
    rows: Rows, found: Sequence[Listed], lines: Sequence[Line], *, now: datetime
) -> tuple[Line, ...]:
    """Lines that need a decision, with their reasons and the pages that those name."""
    known = {one.id: one for one in list_store.interviews(rows, [each.id for each in lines])}
    return tuple(
        replace(
            line,
            reason=_reason(one),
            ways=ways(_reason(one), state_texts.actions(known[one.id], now)),
        )
        for one, line in zip(found, lines, strict=True)
    )


def _reason(one: Listed) -> str:
    if one.room_trouble:
        return ROOM_REASONS[Trouble(one.room_trouble)].format(name=one.room_name)
    return one.reason


def of_candidate(
    rows: Rows, candidate_id: str, zone: tzinfo, *, reader_id: str, now: datetime
) -> tuple[Line, ...]:
    """The interviews ahead with one candidate."""
    wanted = Wanted(reader_id, is_limited=False, now=now, whose=Whose.EVERYBODY)
    found = list_store.coming_of_candidate(rows, candidate_id, now=now)
    return tuple(_lines(rows, found, wanted, zone))


def _lines(rows: Rows, found: Sequence[Listed], wanted: Wanted, zone: tzinfo) -> list[Line]:
    ids = {each.id for each in found}
    if wanted.is_limited:
        names = list_store.told_names(rows, ids, user_id=wanted.reader_id)
    else:
        names = list_store.names(rows, ids)
    heard = {} if wanted.is_limited else list_store.answers(rows, ids)
    return [
        _line(
            each,
            tuple(names.get(each.id, ())),
            _words(each, heard.get(each.id, ()), wanted),
            zone,
            wanted,
        )
        for each in found
    ]


def _words(one: Listed, heard: Sequence[Answer], wanted: Wanted) -> Words | None:
    """A limited person learns only whether their invitation still counts."""
    if wanted.is_limited:
        return answers.of_state(one) if one.state is State.CANCELLED else None
    return answers.of_line(one, heard, is_past=wanted.when is When.PAST)


def _line(
    one: Listed, panel: tuple[str, ...], words: Words | None, zone: tzinfo, wanted: Wanted
) -> Line:
    starts, _, until = time_texts.hours(one.starts_at, one.ends_at, zone).partition(times.DASH)
    theirs = time_texts.zone_of(one.candidate_zone)
    return Line(
        id=one.id,
        title=one.title,
        candidate=one.candidate_name,
        day=one.starts_at.astimezone(zone).date(),
        short_day=time_texts.short_day(one.starts_at, zone, wanted.now),
        starts=starts,
        until=until,
        hours=f"{starts}{times.DASH}{until}",
        panel=panel,
        place=places.in_short(one) if one.is_place_told else places.AS_INVITED,
        theirs=time_texts.hour_for(one.candidate_name, one.starts_at, theirs, zone),
        words=words,
        is_moved=one.is_moved and not wanted.is_limited,
        is_changed=one.is_changed and not wanted.is_limited,
    )


def _days(lines: Sequence[Line], today: date) -> tuple[Day, ...]:
    """The lines of each day, in the order in which they come."""
    days = dict.fromkeys(each.day for each in lines)
    return tuple(
        Day(
            time_texts.title_of_day(day, today),
            tuple(each for each in lines if each.day == day),
        )
        for day in days
    )

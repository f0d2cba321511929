"""Whether a time suits everybody: the panel, the room, the candidate. Not known is never free."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from portal.availability.spans import Span
from portal.interviews import store
from portal.interviews.changes.consequences import Known
from portal.interviews.lists import time_texts
from portal.interviews.models import Claimed, Interview, Panelist, Subject
from portal.interviews.outside import shifts
from portal.interviews.outside.room import RoomState, state
from portal.interviews.outside.signs import Sign, overlaps
from portal.interviews.plan import people
from portal.interviews.plan.board import short_names
from portal.interviews.plan.columns import Column, Free
from portal.interviews.plan.people import Times
from portal.services import Services
from portal.storage.rows import Rows
from portal.wording import listed, place_of_zone, verb

NOT_READ = "Portal has not read their calendar for that time."
IS_READ = "Portal is reading their calendar now. Reload this page in a few seconds."
# The reason itself is written for its owner, as it says what they can press.
FAILED = "Portal could not read their calendar. Their own page Calendar says why."


@dataclass(frozen=True)
class Reader:
    """The clock by which a page tells times."""

    zone: tzinfo
    city: str


def signs(
    services: Services,
    known: Known,
    reader: Reader,
    *,
    may_ask: bool,
    now: datetime,
) -> list[Sign]:
    """Every row about the time of an interview: first what does not suit, then what does."""
    one = known.interview
    found, free = of_panel(services.rows, known, reader, now=now)
    room = state(services, one, known.ledger, reader.zone, may_ask=may_ask)
    in_the_way = [room.sign] if room is not None and room.sign is not None else []
    return [*of_candidate(one, reader), *found, *in_the_way, *_all_good(free, room)]


def of_candidate(one: Interview, reader: Reader) -> list[Sign]:
    """The candidate's night. Nothing to say of other hours."""
    span, name = (one.starts_at, one.ends_at), time_texts.first_name(one.candidate_name)
    if time_texts.zone_of(one.candidate_zone) is None:
        hint = f"It may be night for {name} then."
        return [Sign("unknown", f"Portal does not know the time zone of {name}", hint)]
    word = shifts.night(one, span)
    if not word:
        return []
    theirs = f"{shifts.their_hours(one, span, reader.zone)} in {place_of_zone(one.candidate_zone)}"
    ours = f"{time_texts.hours(*span, reader.zone)} in {reader.city}"
    hint = f"It is {theirs}." if ours == theirs else f"{ours} is {theirs}."
    return [Sign("bad", f"Too {word} for {name}", hint)]


def of_panel(
    rows: Rows, known: Known, reader: Reader, *, now: datetime
) -> tuple[list[Sign], list[str]]:
    """A row for each person whom the time does not suit, and the names of those whom it does."""
    one, panel = known.interview, known.panel
    span, ids = (one.starts_at, one.ends_at), [each.user_id for each in panel]
    calendars = people.times_of(rows, ids, since=span[0], until=span[1], now=now)
    held = [
        each
        for each in store.claims(rows, Subject.PERSON, ids, since=span[0], until=span[1])
        if each.interview_id != one.id
    ]
    own, found, free = people.own_uids(known.events), list[Sign](), list[str]()
    names = short_names([each.name for each in panel])
    for person, name in zip(panel, names, strict=True):
        times = calendars.get(person.user_id)
        column = _column(person, times, _spans(held, person.user_id), own, span)
        sign = _sign(name, column, times, span, reader)
        if sign is None:
            free.append(name)
        else:
            found.append(sign if person.is_required else _optional(sign))
    return found, free


def _spans(held: Iterable[Claimed], user_id: str) -> tuple[Span, ...]:
    return tuple((each.starts_at, each.ends_at) for each in held if each.subject == user_id)


def _column(
    person: Panelist,
    times: Times | None,
    claimed: tuple[Span, ...],
    own: Collection[str],
    span: Span,
) -> Column:
    usual = Column(person.user_id, person.name, Subject.PERSON, busy=claimed)
    if times is None:
        return usual
    return replace(
        usual,
        busy=(*claimed, *times.blocks(are_tentative=False, besides=span, own=own)),
        maybe=times.blocks(are_tentative=True, besides=span, own=own),
        hours=times.hours(*span),
        known=times.known,
    )


def _sign(
    name: str, column: Column, times: Times | None, span: Span, reader: Reader
) -> Sign | None:
    """The row of one person. None if the time suits them."""
    hours = _of_hours(name, column, times, span)
    match column.at(span):
        case Free.BUSY:
            when = overlaps(span, column.busy, reader.zone)
            return Sign("bad", f"{name} is busy {when}", hours, is_conflict=True)
        case Free.NOT_KNOWN:
            title = f"Portal does not know whether {name} is free"
            return Sign("unknown", title, _because(times))
        case Free.MAYBE:
            when = overlaps(span, column.maybe, reader.zone)
            return Sign("warn", f"{name} may be busy {when}", hours)
        case Free.OFF_HOURS:
            return Sign("warn", f"Outside {name}'s meeting hours", hours)
        case Free.FREE:
            return None


def _because(times: Times | None) -> str:
    """Why nothing is known of a person's time."""
    if times is not None and times.is_waiting:
        return IS_READ
    is_unread = times is None or times.is_known or times.knowledge is None
    return NOT_READ if is_unread else FAILED


def _of_hours(name: str, column: Column, times: Times | None, span: Span) -> str:
    """The meeting hours of a person, where the time is outside them."""
    if times is None or column.hours is None:
        return ""
    if any(start <= span[0] and span[1] <= end for start, end in column.hours):
        return ""
    if not times.week:
        return f"{name} has no meeting hours."
    hours = people.hours_in_words(times.week)
    return f"{name}'s meeting hours: {hours}, in {place_of_zone(times.zone_name)}."


def _optional(sign: Sign) -> Sign:
    """A person who may be missing stands in nobody's way."""
    kind = "warn" if sign.kind == "bad" else sign.kind
    return replace(sign, kind=kind, title=f"{sign.title} (optional)", is_conflict=False)


def _all_good(free: Sequence[str], room: RoomState | None) -> list[Sign]:
    """One row of everybody whom the time suits."""
    parts = [f"{listed(free)} {verb(len(free), 'is', 'are')} free"] if free else []
    if room is not None and room.is_good:
        parts.append(room.text)
    return [Sign("good", ", and ".join(parts))] if parts else []

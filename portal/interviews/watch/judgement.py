"""The consequences of the events of an interview as Outlook has them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.interviews import times
from portal.interviews.microsoft import comparison
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.models import Known
from portal.interviews.models import LONGEST, Event, Interview, State
from portal.interviews.watch.models import Sight

# An event that was missing is read again at least so long after that.
BETWEEN_POLLS = timedelta(seconds=30)
# A version of the second of our own last write may be the one before it, for so long.
BELIEVED_AFTER = timedelta(minutes=2)
CURE = "Try again to give the event the interview's time, or choose another time."
GONE_CURE = "Put it back, find another time, or cancel the interview."
TWO_TIMES_CURE = "Choose another time, or try again to keep the interview's own."
# Lists of a calendar may lag behind a write of ours for so long, while the event answers by its id.
LISTED_AFTER = timedelta(minutes=10)
Span = tuple[datetime | None, datetime | None]


class Kind(StrEnum):
    """How one event was found.

    SAME: nothing follows, as its time is ours or that of before. EARLY: the read is older than our
    last write, or may be. MENDED: what a person was asked about is as it should be.
    """

    SAME = "same"
    EARLY = "early"
    MENDED = "mended"
    MOVED = "moved"
    FLAWED = "flawed"
    MISSING = "missing"
    GONE = "gone"


@dataclass(frozen=True)
class Judged:
    """One event, and for a flawed one why its time cannot be the interview's."""

    sight: Sight
    kind: Kind
    reason: str = ""

    @property
    def event(self) -> Event:
        return self.sight.event

    @property
    def span(self) -> Span:
        found = self.sight.found
        return (found.starts_at, found.ends_at) if found else (None, None)


@dataclass(frozen=True)
class Verdict:
    """All events of an interview. With a `reason` a person decides, about the events `asking`.

    `moved` are the events that have the new time; the others are to follow. `is_mended`: nothing
    is left to decide.
    """

    judged: tuple[Judged, ...]
    moved: tuple[Judged, ...] = ()
    asking: tuple[Judged, ...] = ()
    reason: str = ""
    is_mended: bool = False


def judge(known: Known, sights: Iterable[Sight], *, calendar: str, now: datetime) -> Verdict:
    """Judge an interview by its events on the calendar of this name."""
    judged = tuple(_judged(known.interview, sight, now) for sight in sights)
    asking = tuple(each for each in judged if each.kind in (Kind.FLAWED, Kind.GONE))
    moved = tuple(each for each in judged if each.kind is Kind.MOVED)
    if asking:
        return Verdict(judged, asking=(*asking, *moved), reason=_reason(asking, calendar))
    if not moved:
        return Verdict(judged, is_mended=_is_mended(known, judged))
    if {each.span for each in moved} | {*_others(known, moved)} != {moved[0].span}:
        reason = _two_times(known.interview, moved, calendar)
        return Verdict(judged, asking=moved, reason=reason)
    return Verdict(judged, moved=(*moved, *_beside(judged, moved[0].span)))


def _judged(one: Interview, sight: Sight, now: datetime) -> Judged:
    event, found = sight.event, sight.found
    if found is None or not sight.is_listed:
        return Judged(sight, _missing(event, found, now))
    if _is_early(event, found, now):
        return Judged(sight, Kind.EARLY)
    if found.is_cancelled:
        return Judged(sight, Kind.SAME if event.asks_since else Kind.GONE, "canceled")
    span = (found.starts_at, found.ends_at)
    is_single = not (found.is_all_day or found.is_series)
    if is_single and span == (one.starts_at, one.ends_at):
        return Judged(sight, Kind.MENDED if event.asks_since else Kind.SAME)
    is_known = span in (
        (event.agreed_starts_at, event.agreed_ends_at),
        (event.asked_starts_at, event.asked_ends_at),
    )
    if is_known and (is_single or event.asks_since):
        return Judged(sight, Kind.SAME)
    if one.starts_at <= now and found.starts_at <= now:
        return Judged(sight, Kind.SAME)  # it runs, whatever its end
    reason = _flaw(one, found, now)
    return Judged(sight, Kind.FLAWED if reason else Kind.MOVED, reason)


def _missing(event: Event, found: Found | None, now: datetime) -> Kind:
    if event.asks_since:
        return Kind.SAME
    if found is not None and event.modified_at and now - event.modified_at < LISTED_AFTER:
        return Kind.MISSING
    since = event.missing_since
    return Kind.GONE if since and now - since >= BETWEEN_POLLS else Kind.MISSING


def _is_early(event: Event, found: Found, now: datetime) -> bool:
    """Whether the read is older than our last write. Times are kept to the second."""
    if comparison.is_stale(event, found):
        return True
    written, read = event.modified_at, found.modified_at
    if written is None or read is None or found.etag == event.etag:
        return False
    return read.replace(microsecond=0) == written and now - written < BELIEVED_AFTER


def _flaw(one: Interview, found: Found, now: datetime) -> str:
    """Why a time cannot be an interview's. Empty if it can."""
    if found.is_series:
        return "repeats now"
    if found.is_all_day:
        return "lasts all day now"
    when = times.span(found.starts_at, found.ends_at, one.zone)
    if found.starts_at <= now:
        return f"is at {when} now, which is past"
    if found.ends_at <= found.starts_at:
        return "has no length now"
    if found.ends_at - found.starts_at > LONGEST:
        return "is longer than 12 hours now"
    return ""


def _reason(asking: Sequence[Judged], calendar: str) -> str:
    """The sentences for the person who decides, about the first event that asks."""
    gone = next((each for each in asking if each.kind is Kind.GONE), None)
    if gone is not None:
        done = gone.reason or "deleted"
        return f"An event of this interview was {done} in Outlook, on {calendar}. {GONE_CURE}"
    return (
        f"In Outlook, on {calendar}, the event {asking[0].reason}. "
        f"Portal left the interview at its time. {CURE}"
    )


def _two_times(one: Interview, moved: Sequence[Judged], calendar: str) -> str:
    spans = sorted({_sure(each.span) for each in moved})
    named = " and ".join(times.span(*span, one.zone) for span in spans)
    if len(spans) == 1:
        done = f"one event was moved to {named}, and the other was not left at its time"
    else:
        done = f"the two events were moved to different times: {named}"
    return f"In Outlook, on {calendar}, {done}. {TWO_TIMES_CURE}"


def _sure(span: Span) -> tuple[datetime, datetime]:
    starts_at, ends_at = span
    if starts_at is None or ends_at is None:
        raise ValueError("an event that was moved has a time")
    return starts_at, ends_at


def _others(known: Known, moved: Sequence[Judged]) -> Iterator[Span]:
    """The new times of the other events, which somebody else gave them in Outlook."""
    ids = {each.event.id for each in moved}
    is_unsettled = known.interview.state is State.CHANGING
    for each in known.present:
        is_of_move = is_unsettled and each.moved_version == known.interview.version
        if each.id not in ids and (each.asks_since or is_of_move):
            yield each.agreed_starts_at, each.agreed_ends_at


def _beside(judged: Sequence[Judged], span: Span) -> Iterator[Judged]:
    """The events that a person was asked about and that have the new time already."""
    for each in judged:
        if each.kind is Kind.SAME and each.event.asks_since and each.span == span:
            yield each


def _is_mended(known: Known, judged: Sequence[Judged]) -> bool:
    """Whether the last event that a person was asked about is as it should be."""
    asked = {each.id for each in known.present if each.asks_since}
    return bool(asked) and asked == {each.event.id for each in judged if each.kind is Kind.MENDED}

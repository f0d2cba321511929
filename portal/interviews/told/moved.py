"""An event that was moved in Outlook: its panel's copies, read after two and ten minutes."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from portal import clock
from portal.graph.errors import Conflicting, Refused, Throttled
from portal.group_calendars.roster.pool import REFUSALS
from portal.interviews import access
from portal.interviews.access import Calendar
from portal.interviews.findings import own_copies
from portal.interviews.microsoft import calendar_events, comparison
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.proof import Seen, judged, read_event
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Certainty, Event, Told, ToldBy
from portal.interviews.told import copies, judgement
from portal.interviews.told.copies import Copies

FIRST = timedelta(minutes=2)
LAST = timedelta(minutes=10)


def read_copies(work: Work, known: Known, found: Next) -> None:
    """Keep who has the new time. At first, write it once more if nobody was told of it."""
    event, now = found.of, clock.utc_now()
    if known.interview.starts_at <= now:
        work.save(replace(event, copies_due_at=None))
        return
    of_event = comparison.told_by(known, event)
    read = copies.read(work.services, event, of_event)
    seen = read_event(work, known, event)
    answers = judgement.answers(seen)
    told = judged(known, event, of_event, Seen(read, answers), now)
    written = None
    if _is_untold(known, event, of_event, read):
        written = _told_again(work, known, event)
    # A write whose answer was lost arrived if anybody has the new time.
    is_late_proof = event.patched_at and judgement.is_anybody_told(known, event, of_event, read)
    if written is not None or is_late_proof:
        invited = seen.addresses if seen else set()
        told = [*_asked(known, event, told, {} if written else read, invited, now=now)]
    after = written or event
    with work.rows.write():
        work.save(
            replace(after, copies_due_at=_next_read(event, told, now)),
            told=[new for old, new in zip(of_event, told, strict=True) if new != old],
        )
        own_copies.keep(work.rows, work.known, after, read, now)


def _next_read(event: Event, told: Iterable[Told], now: datetime) -> datetime | None:
    """The second read comes eight minutes after the first, if copies are left to be seen."""
    is_left = any(
        not _is_told(event, each) or each.certainty is not Certainty.SEEN for each in told
    )
    return now + (LAST - FIRST) if is_first(event) and is_left else None


def is_first(event: Event) -> bool:
    """Whether the copies were not read yet since the move."""
    if event.moved_at is None or event.copies_due_at is None:
        return False
    return event.copies_due_at <= event.moved_at + FIRST


def _is_told(event: Event, told: Told) -> bool:
    return (told.starts_at, told.ends_at) == judgement.agreed(event, told)


def _is_untold(known: Known, event: Event, told: list[Told], read: Copies) -> bool:
    """Whether nobody was told of the move, as far as calendars could be read."""
    if not is_first(event) or event.patched_at is not None:
        return False
    return judgement.may_write_again(known, event, told, read)


def _told_again(work: Work, known: Known, event: Event) -> Event | None:
    """Write the same times once, so that Microsoft tells everybody on the event. None if refused.

    A lost answer is not tried again: the second read of the copies tells whether it arrived.
    """
    one = known.interview
    try:
        written = access.write(
            work.services, one, event, lambda each: _written(work, each, known, event)
        )
    except (Conflicting, Throttled):
        work.save(event)  # as before the call, which surely changed nothing
        raise
    except (Refused, *REFUSALS):
        return None
    if written is None:
        return None
    now = clock.utc_now()
    return replace(event, patched_at=now, etag=written.etag, modified_at=written.modified_at)


def _written(work: Work, calendar: Calendar, known: Known, event: Event) -> Found | None:
    """The event with its times written once more. None if it has other times by now."""
    one, graph_id = known.interview, event.graph_id or ""
    present = calendar_events.read(calendar, graph_id)
    there = (present.starts_at, present.ends_at)
    if comparison.is_stale(event, present) or there != (one.starts_at, one.ends_at):
        return None
    work.begin(replace(event, patched_at=clock.utc_now()))
    return calendar_events.change(calendar, graph_id, calendar_events.times(one))


def _asked(
    known: Known,
    event: Event,
    told: Iterable[Told],
    read: Copies,
    invited: Collection[str],
    *,
    now: datetime,
) -> Iterator[Told]:
    """Everybody on the event who had another time, but for those whose own copy has it still."""
    for each in told:
        is_off = each.folded not in invited
        if is_off or _is_told(event, each) or read.get(each.user_id or "") is not None:
            yield each
        else:
            yield judgement.renewed(
                known, event, each, ToldBy.PORTAL, now=now, certainty=Certainty.ASKED
            )

"""The proof that copies and answers give of who knows of which time. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal import clock
from portal.interviews.microsoft import attendees
from portal.interviews.microsoft.calendar_events import Found, address_of
from portal.interviews.microsoft.models import Known
from portal.interviews.models import Attends, Certainty, Event, Reply, Role, Told, ToldBy
from portal.interviews.told.copies import Copies, Copy, reply_of

# Microsoft's clock and ours may differ by a little.
CLOCKS = timedelta(minutes=2)


@dataclass(frozen=True)
class Answer:
    """An answer that the event shows. `at` is None if Microsoft gives no time."""

    reply: Reply
    at: datetime | None

    def is_after(self, moment: datetime) -> bool:
        return self.at is None or self.at >= moment - CLOCKS


def answers(found: Found | None) -> dict[str, Answer]:
    """The answers that the event shows, by folded address."""
    several = {}
    for each in found.attendees if found else ():
        status = each.get("status") or {}
        reply = reply_of(status)
        if reply is not Reply.NONE:
            several[address_of(each)] = Answer(reply, _moment(status.get("time")))
    return several


def _moment(text: object) -> datetime | None:
    """A time of Microsoft's. None for the year 1, which stands for none."""
    try:
        at = clock.moment_or_none(str(text)) if text else None
    except ValueError:
        return None
    return at if at and at.year > 1 else None


def proven(known: Known, event: Event, told: Told, copies: Copies, now: datetime) -> Told:
    """A row of the ledger after the copies were read. A newer time there was told by Outlook."""
    copy = Copy(*agreed(event, told)) if is_own(known, event, told) else copies.get(_id(told))
    if copy is None:
        return told
    if copy.times == (told.starts_at, told.ends_at):
        return replace(told, certainty=Certainty.SEEN)
    if copy.times != agreed(event, told):
        return told
    # After our own write of the same times, it is ours that they have.
    by = ToldBy.PORTAL if event.patched_at else ToldBy.OUTLOOK
    return renewed(known, event, told, by, now=now, certainty=Certainty.SEEN)


def renewed(
    known: Known, event: Event, told: Told, by: ToldBy, *, now: datetime, certainty: Certainty
) -> Told:
    """A row of somebody who was told the present time of the event."""
    starts_at, ends_at = agreed(event, told)
    is_own_event = is_own(known, event, told)
    return replace(
        told,
        version=known.interview.version,
        starts_at=starts_at,
        ends_at=ends_at,
        told_by=by,
        certainty=certainty,
        told_at=now,
        reply=Reply.ACCEPTED if is_own_event else attendees.first_reply(known, told.role),
        replied_at=None,
    )


def agreed(event: Event, told: Told) -> tuple[datetime, datetime]:
    """The times that the event has at Microsoft."""
    return event.agreed_starts_at or told.starts_at, event.agreed_ends_at or told.ends_at


def is_own(known: Known, event: Event, told: Told) -> bool:
    """Whether the event stands on the person's own calendar itself, and is no copy there."""
    is_organizers = event.group_id is None and told.user_id == event.owner_user_id
    return is_organizers and event.role is Role.INTERNAL and not known.is_on_group


def _id(told: Told) -> str:
    return told.user_id or ""


def answered(
    event: Event, told: Told, copies: Copies, given: Mapping[str, Answer], now: datetime
) -> Told:
    """The row with the answer to the time that it names. An answer to another time is none."""
    copy, shown = copies.get(_id(told)), given.get(told.folded)
    is_of_time = copy is not None and copy.times == (told.starts_at, told.ends_at)
    reply = copy.reply if copy is not None and is_of_time else Reply.NONE
    # Without a move of ours, an event keeps the answers to the time that it had before.
    is_answer = shown is not None and (event.moved_at is None or shown.is_after(told.told_at))
    if shown is not None and is_answer and not is_of_time:
        # Only an invitation that arrived can be answered.
        told, reply = replace(told, certainty=Certainty.SEEN), shown.reply
    if reply in (Reply.NONE, told.reply):
        return told
    return replace(told, reply=reply, replied_at=now)


def room_answered(
    known: Known, event: Event, told: Told, given: Mapping[str, Answer], now: datetime
) -> Told:
    """The row of a room that answered after the move: it was asked for the new time."""
    shown = given.get(told.folded)
    if told.role is not Attends.ROOM or shown is None or event.moved_at is None:
        return told
    is_old = (told.starts_at, told.ends_at) != agreed(event, told)
    if not is_old or shown.at is None or shown.at < event.moved_at - CLOCKS:
        return told
    by = ToldBy.PORTAL if event.patched_at else ToldBy.OUTLOOK
    row = renewed(known, event, told, by, now=now, certainty=Certainty.SEEN)
    return replace(row, reply=shown.reply, replied_at=now)


def may_write_again(known: Known, event: Event, told: Iterable[Told], copies: Copies) -> bool:
    """Whether every copy that could be read has an old time, so that nobody was told the new one.

    Some new and some old means that Outlook told some: a write would tell those twice.
    """
    times = _times(known, event, told, copies)
    return bool(times) and _new(event) not in times


def is_anybody_told(known: Known, event: Event, told: Iterable[Told], copies: Copies) -> bool:
    """Whether a copy has the new time."""
    return _new(event) in _times(known, event, told, copies)


def _times(
    known: Known, event: Event, told: Iterable[Told], copies: Copies
) -> set[tuple[datetime, datetime]]:
    """The times of all copies that were read. The event itself is none."""
    others = (each for each in told if not is_own(known, event, each))
    found = (copies.get(_id(each)) for each in others)
    return {each.times for each in found if each is not None}


def _new(event: Event) -> tuple[datetime | None, datetime | None]:
    return event.agreed_starts_at, event.agreed_ends_at

"""Proof that an invitation arrived: the panel's own copies, and what everybody answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from portal import clock
from portal.interviews import access
from portal.interviews.findings import own_copies
from portal.interviews.findings.seen import look
from portal.interviews.microsoft import attendees, calendar_events
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.next_step import LAST_PROOF, proof_after
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Attends, Certainty, Event, Proof, Reply, Told
from portal.interviews.rooms import checks, room_store
from portal.interviews.told import copies, judgement
from portal.interviews.told.copies import Copies
from portal.interviews.told.judgement import Answer


def prove(work: Work, known: Known, found: Next) -> None:
    """Read the copies once, the answers on the event, and whether a room without one is free.

    Never makes a second event.
    """
    event, now = found.of, clock.utc_now()
    of_event = [each for each in known.ledger if attendees.is_of(each, event, known)]
    found_copies = copies.read(work.services, event, of_event)
    seen = read_event(work, known, event)
    told = judged(known, event, of_event, Seen(found_copies, judgement.answers(seen)), now)
    read = replace(event, proof=_proof(event, told, found_copies, now))
    room = checks.room_in(told)
    check = checks.check(work.services, known.interview, room, now=now)
    is_settled = checks.is_settled(room, check)
    is_answered = is_settled and all(each.reply is not Reply.NONE for each in told)
    starts_at = known.interview.starts_at
    due_at = proof_after(read, starts_at, is_answered=is_answered, now=now)
    due_at = due_at if is_settled else checks.next_read(due_at, room, now=now)
    with work.rows.write():
        work.save(
            replace(read, proof_due_at=due_at),
            told=[new for new, old in zip(told, of_event, strict=True) if new != old],
        )
        if seen is not None:
            look(work.rows, work.known, event, seen, now)
        own_copies.keep(work.rows, work.known, event, found_copies, now)
        if check is not None:
            room_store.save(work.rows, check)


def read_event(work: Work, known: Known, event: Event) -> Found | None:
    """The event on its calendar. None if nobody's connection reads it now."""
    try:
        return access.read(
            work.services,
            known.interview,
            event,
            lambda calendar: calendar_events.read(calendar, event.graph_id or ""),
        )
    except copies.UNREADABLE as refusal:
        copies.note_unreadable("the event", refusal)
        return None


@dataclass(frozen=True)
class Seen:
    """The sight of one read: the panel's own copies, and the answers on the event."""

    copies: Copies
    answers: Mapping[str, Answer]


def judged(
    known: Known, event: Event, told: Iterable[Told], seen: Seen, now: datetime
) -> list[Told]:
    """The ledger's rows after a read."""
    several = []
    for each in told:
        row = judgement.proven(known, event, each, seen.copies, now)
        row = judgement.room_answered(known, event, row, seen.answers, now)
        several.append(judgement.answered(event, row, seen.copies, seen.answers, now))
    return several


def _proof(event: Event, told: list[Told], found: Copies, now: datetime) -> Proof:
    """Whether anybody of the panel has it. Calendars that were not read tell nothing.

    A copy with another time is not proof of this one, but the invitation did arrive.
    """
    panel = [each for each in told if each.role is Attends.PANEL]
    if any(each.certainty is Certainty.SEEN for each in panel):
        return Proof.SEEN
    is_last = event.invited_at is not None and now >= event.invited_at + LAST_PROOF
    is_nowhere = bool(found) and not any(found.values())
    return Proof.NOT_SEEN if is_last and is_nowhere else event.proof

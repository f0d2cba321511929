"""Proof that an invitation arrived: the panel's own copies, and what everybody answered."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal import clock
from portal.errors import NotAllowed, PortalError
from portal.graph.errors import (
    Gone,
    MailboxMissing,
    NeedsReconnect,
    PermissionMissing,
    Refused,
    TokenRefused,
)
from portal.interviews import access
from portal.interviews.findings.seen import look
from portal.interviews.microsoft import attendees, calendar_events
from portal.interviews.microsoft.calendar_events import Found, address_of
from portal.interviews.microsoft.models import Known, Next
from portal.interviews.microsoft.next_step import LAST_PROOF, proof_after
from portal.interviews.microsoft.work import Work
from portal.interviews.models import Attends, Certainty, Event, Proof, Reply, Told
from portal.interviews.rooms import checks, room_store
from portal.microsoft365.permissions import Feature

# A calendar that Portal may not read tells nothing.
UNREADABLE = (
    Gone,
    MailboxMissing,
    NeedsReconnect,
    NotAllowed,
    PermissionMissing,
    Refused,
    TokenRefused,
)
REPLIES = {
    "organizer": Reply.ACCEPTED,
    "accepted": Reply.ACCEPTED,
    "tentativelyAccepted": Reply.TENTATIVE,
    "declined": Reply.DECLINED,
}
log = logging.getLogger(__name__)


def prove(work: Work, known: Known, found: Next) -> None:
    """Read the copies once, the answers on the event, and whether a room without one is free.

    Never makes a second event.
    """
    event, now = found.of, clock.utc_now()
    of_event = [each for each in known.ledger if attendees.is_of(each, event, known)]
    copies = [*_copies(work, event, of_event)]
    seen = _event(work, known, event)
    answers = _answers(seen)
    told = [_proven(each, _copy_of(each, copies), answers, now) for each in of_event]
    read = replace(event, proof=_proof(event, told, copies, now))
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
        if check is not None:
            room_store.save(work.rows, check)


def _event(work: Work, known: Known, event: Event) -> Found | None:
    """The event on its calendar. None if nobody's connection reads it now."""
    try:
        return access.read(
            work.services,
            known.interview,
            event,
            lambda calendar: calendar_events.read(calendar, event.graph_id or ""),
        )
    except UNREADABLE as refusal:
        _note_unreadable("the event", refusal)
        return None


def _copies(
    work: Work, event: Event, told: list[Told]
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """The own copy of each person of the panel whose calendar could be read, by user id."""
    for each in told:
        if each.role is not Attends.PANEL or each.user_id is None:
            continue
        try:
            graph = work.services.microsoft365.client_for(Feature.AVAILABILITY, each.user_id)
            query = {
                "$filter": f"iCalUId eq '{event.ical_uid}'",
                "$select": "id,iCalUId,responseStatus,isCancelled",
            }
            found = graph.get("events", query=query).get("value") or ()
        except UNREADABLE as refusal:
            _note_unreadable(each.user_id, refusal)
            continue
        yield each.user_id, next(iter(found), None)


def _note_unreadable(what: str, refusal: PortalError) -> None:
    log.info("no copy of %s could be read: %s", what, type(refusal).__name__)


def _copy_of(told: Told, copies: list[tuple[str, dict[str, Any] | None]]) -> dict[str, Any] | None:
    return next((copy for user_id, copy in copies if user_id == told.user_id), None)


def _answers(found: Found | None) -> dict[str, Reply]:
    """The answers that the event shows, by folded address."""
    several = found.attendees if found else ()
    answers = ((address_of(each), _reply(each.get("status"))) for each in several)
    return {address: reply for address, reply in answers if reply is not Reply.NONE}


def _reply(status: Mapping[str, Any] | None) -> Reply:
    return REPLIES.get(str((status or {}).get("response")), Reply.NONE)


def _proven(
    told: Told, copy: dict[str, Any] | None, answers: dict[str, Reply], now: datetime
) -> Told:
    """The ledger's row of one person now. Only an invitation that arrived can be answered."""
    own = _reply(copy.get("responseStatus")) if copy else Reply.NONE
    reply = own if own is not Reply.NONE else answers.get(told.folded, told.reply)
    is_seen = copy is not None or told.folded in answers
    certainty = Certainty.SEEN if is_seen else told.certainty
    replied_at = told.replied_at if reply is told.reply else now
    return replace(told, certainty=certainty, reply=reply, replied_at=replied_at)


def _proof(
    event: Event,
    told: list[Told],
    copies: list[tuple[str, dict[str, Any] | None]],
    now: datetime,
) -> Proof:
    """Whether anybody of the panel has it. Calendars that were not read tell nothing."""
    panel = [each for each in told if each.role is Attends.PANEL]
    if any(each.certainty is Certainty.SEEN for each in panel):
        return Proof.SEEN
    is_last = event.invited_at is not None and now >= event.invited_at + LAST_PROOF
    return Proof.NOT_SEEN if is_last and copies else event.proof

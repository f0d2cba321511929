"""Decide about a difference: the interview follows Outlook, or Outlook the interview."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.interviews import platform_off, store
from portal.interviews.audited import audited
from portal.interviews.changes import checks, generations, moves, panels
from portal.interviews.findings import choices, finding_store, sentences
from portal.interviews.findings.choices import Choice, Way, new_title
from portal.interviews.findings.context import Context, contexts
from portal.interviews.findings.differences import wanted_subject
from portal.interviews.findings.models import Finding, FindingKind, FindingState
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.microsoft import attendees, work
from portal.interviews.microsoft.models import Known
from portal.interviews.models import (
    Attends,
    Certainty,
    Interview,
    Reply,
    Step,
    Told,
    ToldBy,
)
from portal.storage.rows import Rows

DECIDED = {
    FindingState.TAKEN_OVER: "Somebody took this over already.",
    FindingState.PUT_BACK: "Somebody put this back already.",
    FindingState.OVER: "This is no longer different in Outlook.",
}
NOT_POSSIBLE = "This cannot be done any more. The page shows what is possible now."


def of(rows: Rows, interview_id: str, finding_id: str) -> Context:
    """A difference with all that a decision about it rests on. Raises Conflict once decided."""
    finding = finding_store.finding(rows, interview_id, finding_id)
    if not finding.is_open:
        raise Conflict(DECIDED[finding.state])
    known = work.known(rows, interview_id)
    [found] = contexts(rows, known, [finding])
    if found.event.generation != known.interview.generation:
        raise Conflict(DECIDED[FindingState.OVER])
    return found


def possible(found: Context, way: Way, *, now: datetime) -> Choice:
    """The choice as it is now. Raises Conflict if it is none any more."""
    one = found.one
    checks.require_goal(one)
    checks.require_candidate(one)
    checks.require_not_begun(one, now=now)
    choice = choices.of(found, way, now=now)
    if choice is None or choice.page:
        raise Conflict(NOT_POSSIBLE)
    return choice


def decide(
    act: Act,
    interview_id: str,
    finding_id: str,
    way: Way,
    *,
    version: int | None,
    override: bool = False,
) -> Interview:
    """Do what the choice says, once. Raises Outdated, claims.Taken, Conflict or Invalid."""
    rows = act.rows
    with rows.write():
        checks.current(rows, interview_id, version=version)
        found = of(rows, interview_id, finding_id)
        possible(found, way, now=act.now)
        if way is Way.TAKE_OVER:
            state = FindingState.TAKEN_OVER
            _keep(act, [_decided(act, found.finding, state)])
            TAKE_OVER[found.finding.kind](act, found, override)
        else:
            _keep(act, [_decided(act, found.finding, FindingState.PUT_BACK)])
            PUT_BACK.get(found.finding.kind, _write_back)(act, found)
        act.record(
            _ACTIONS[way], found.one.label, new=sentences.title(found), candidate=audited(found.one)
        )
        return store.interview(rows, interview_id)


_ACTIONS = {
    Way.TAKE_OVER: Action.OUTSIDE_CHANGE_TAKEN_OVER,
    Way.PUT_BACK: Action.OUTSIDE_CHANGE_PUT_BACK,
}


def said(rows: Rows, interview_id: str, finding_id: str) -> InterviewFlash:
    """The sentence about a decided difference as it is now."""
    found = finding_store.finding(rows, interview_id, finding_id)
    if found.is_being_written and platform_off.is_off(rows):
        return InterviewFlash.PUT_BACK_LATER
    if found.is_being_written:
        return InterviewFlash.PUTTING_BACK
    if found.kind is FindingKind.PROPOSAL:
        return InterviewFlash.PROPOSAL_DECLINED
    return InterviewFlash.DECIDED


def _decided(act: Act, finding: Finding, state: FindingState) -> Finding:
    return replace(
        finding,
        state=state,
        decided_by=act.actor.id,
        decided_by_name=act.actor.name,
        decided_at=act.now,
    )


def _keep(act: Act, several: list[Finding]) -> None:
    finding_store.save(act.rows, several)


def _join(act: Act, found: Context, override: bool) -> None:
    """Outlook invited them, as far as Microsoft has them on the event."""
    person = found.colleague
    if person is None:
        raise Conflict(NOT_POSSIBLE)
    told = _invited(act, found, person.name, person.address)
    joined = replace(told, user_id=person.user_id, is_required=person.is_required)
    store.save_told(act.rows, [joined])
    # Their own copy is read at once.
    store.save_event(act.rows, replace(found.event, proof_due_at=act.now))
    panel = [*found.known.panel, person]
    panels.change_panel(act, found.one.id, version=None, panel=panel, override=override)


def _invited(act: Act, found: Context, name: str, address: str) -> Told:
    """The ledger's row of somebody whom Outlook put on an event."""
    one, event = found.one, found.event
    return Told(
        interview_id=one.id,
        folded=fold(address),
        address=address,
        name=name,
        role=Attends.PANEL,
        user_id=None,
        version=one.version,
        generation=event.generation,
        starts_at=event.agreed_starts_at or one.starts_at,
        ends_at=event.agreed_ends_at or one.ends_at,
        told_by=ToldBy.OUTLOOK,
        certainty=Certainty.ASKED,
        told_at=act.now,
        reply=Reply.NONE,
    )


def _leave(act: Act, found: Context, override: bool) -> None:
    left = [each for each in found.known.panel if fold(each.address) != found.finding.subject]
    panels.change_panel(act, found.one.id, version=None, panel=left, override=override)


def _rename(act: Act, found: Context, override: bool) -> None:  # noqa: ARG001  # as the others
    renamed = replace(found.one, title=new_title(found))
    checks.changed(act, checks.begun(renamed))
    known = replace(found.known, interview=renamed)
    _keep(act, [*_named_otherwise(act, known, found)])


def _named_otherwise(act: Act, known: Known, found: Context) -> list[Finding]:
    """Events that need the new name. A worker writes it as it writes back a name."""
    several = []
    for event in known.present:
        wanted = wanted_subject(known, event)
        is_it = event.id == found.event.id
        there = found.finding.now_text if is_it else wanted_subject(found.known, event)
        if event.step is Step.INVITED and there != wanted:
            named = Finding(
                known.interview.id,
                event.id,
                FindingKind.SUBJECT,
                before_text=wanted,
                now_text=there,
                seen_at=act.now,
            )
            several.append(_decided(act, named, FindingState.PUT_BACK))
    return several


def _other_room(act: Act, found: Context, override: bool) -> None:
    one, room = found.one, found.room
    if room is not None:
        told = _invited(act, found, room.name, room.address or "")
        reply = attendees.first_reply(found.known, Attends.ROOM)
        store.save_told(act.rows, [replace(told, role=Attends.ROOM, reply=reply)])
    moves.move(
        act,
        one.id,
        version=None,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        room=room,
        override=override,
    )


def _other_link(act: Act, found: Context, override: bool) -> None:  # noqa: ARG001  # as the others
    link = found.finding.now_text
    if link:
        store.save_event(act.rows, replace(found.event, join_url=link))
        checks.changed(act, checks.begun(replace(found.one, join_url=link)))


TAKE_OVER: Mapping[FindingKind, Callable[[Act, Context, bool], None]] = {
    FindingKind.ATTENDEE_ADDED: _join,
    FindingKind.ATTENDEE_REMOVED: _leave,
    FindingKind.SUBJECT: _rename,
    FindingKind.ROOM: _other_room,
    FindingKind.LINK: _other_link,
}


def _write_back(act: Act, found: Context) -> None:
    """Let a worker write Portal's own to the event."""
    store.make_due(act.rows, found.one.id, now=act.now)


def _nothing(act: Act, found: Context) -> None:
    """The interview stays, and so does what somebody proposed."""


def _make_again(act: Act, found: Context) -> None:
    generations.remade(act, found.one)


def _make_deleted_again(act: Act, found: Context) -> None:
    """Its people lost their invitation with the event, so nobody cancels it once more."""
    for each in found.deleted:
        store.save_event(act.rows, replace(each, step=Step.GONE, proof_due_at=None))
    store.save_told(act.rows, [replace(each, withdrawn_at=act.now) for each in found.bereft])
    generations.remade(act, found.one)


PUT_BACK: Mapping[FindingKind, Callable[[Act, Context], None]] = {
    FindingKind.PROPOSAL: _nothing,
    FindingKind.LINK: _make_again,
    FindingKind.DELETED: _make_deleted_again,
}

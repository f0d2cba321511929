"""Move an interview to another time or room, or give it a new time after it lost one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.calendars.models import NO_ADDRESS, Room
from portal.errors import Invalid
from portal.interviews import claims, store, times
from portal.interviews.audited import audited
from portal.interviews.changes import checks, generations
from portal.interviews.models import Goal, Interview, Panelist, Place, State
from portal.interviews.outside import history

MOVABLE = (State.WRITING, State.SCHEDULED, State.CHANGING, State.ASKS, State.NEEDS_TIME)


def move(
    act: Act,
    interview_id: str,
    *,
    version: int | None,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None,
    panel: Sequence[Panelist] | None = None,
    override: bool = False,
) -> Interview:
    """Give an interview another time, room and, if named, panel. People are told once.

    The old time stays held until Microsoft agrees with the new one. The feed tells of another
    time. Does nothing if all of it already holds. Raises Outdated, claims.Taken or Invalid.
    """
    rows = act.rows
    with rows.write():
        before = checks.current(rows, interview_id, version=version)
        _require(before, starts_at, ends_at, room, act.now)
        old_panel = store.panel(rows, interview_id)
        wanted = with_room(replace(before, starts_at=starts_at, ends_at=ends_at), room)
        is_same = panel is None or checks.is_same_panel(panel, old_panel)
        new_panel = old_panel if is_same else [*(panel or ())]
        if wanted == before and is_same and before.state is not State.NEEDS_TIME:
            return before
        checks.require_panel(
            new_panel, candidate=before.candidate_name, address=before.candidate_address
        )
        if not is_same:
            checks.require_not_begun(wanted, now=act.now)
        claims.take(rows, wanted, new_panel, override=override)
        store.save_panel(rows, interview_id, new_panel)
        moved = checks.changed(act, _begun(wanted))
        if moved.generation != before.generation:
            generations.plan(rows, moved)
        act.record(
            Action.INTERVIEW_MOVED,
            before.label,
            old=said(before),
            new=said(moved),
            candidate=audited(before),
        )
        if _has_moved(before, moved):
            history.keep_own_move(act, before, moved)
    return moved


def _has_moved(before: Interview, after: Interview) -> bool:
    """Whether it has another time. The first one after it lost its time is none."""
    is_other = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)
    return is_other and before.state is not State.NEEDS_TIME


def _require(
    interview: Interview, starts_at: datetime, ends_at: datetime, room: Room | None, now: datetime
) -> None:
    checks.require_state(interview, MOVABLE)
    checks.require_goal(interview)
    checks.require_candidate(interview)
    checks.require_before_end(interview, now=now)
    if (starts_at, ends_at) != (interview.starts_at, interview.ends_at):
        checks.require_time(starts_at, ends_at, now=now)
    if interview.place is Place.ROOM and room is None:
        raise Invalid("Choose a room.", field="room")
    if room is not None and not room.address:
        raise Invalid(NO_ADDRESS, field="room")


def with_room(interview: Interview, room: Room | None) -> Interview:
    """The interview in another room, or in none."""
    if room is None:
        return replace(interview, room_id=None, room_name="", room_address="")
    address = room.address or ""
    if interview.room_id == room.id and interview.room_address == address:
        return interview
    return replace(interview, room_id=room.id, room_name=room.name, room_address=address)


def _begun(interview: Interview) -> Interview:
    """The state in which a worker carries out a change. Nobody has to be told twice."""
    if interview.state is State.NEEDS_TIME:
        return replace(
            interview,
            state=State.WRITING,
            goal=Goal.SCHEDULED,
            generation=interview.generation + 1,
            comment="",
            join_url="",
        )
    return checks.begun(interview)


def said(interview: Interview) -> str:
    """The time and room in the audit log."""
    when = times.span(interview.starts_at, interview.ends_at, interview.zone)
    return f"{when}, {interview.room_name}" if interview.room_name else when

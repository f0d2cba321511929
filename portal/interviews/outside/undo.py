"""Undo of a move, and its end without one. Each is one transaction."""

from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, NotFound
from portal.interviews.audited import audited
from portal.interviews.changes import checks, moves
from portal.interviews.models import Interview, State
from portal.interviews.outside import move_store
from portal.interviews.outside.models import Move, MoveState
from portal.interviews.outside.room import room_of
from portal.storage.rows import Rows

UNDOABLE = (State.WRITING, State.SCHEDULED, State.CHANGING, State.ASKS)
MOVED_AGAIN = "This interview has another time since that move, so it cannot be undone."
BEGUN = "This interview has begun, so its time stays as it is."
PAST = "The time before that move is past. Choose another time."
NO_ROOM = "Microsoft no longer lists the room. Choose another room, with the time you want."
DECIDED = "Somebody decided on this move already."


def move_of(rows: Rows, interview_id: str, move_id: str) -> Move:
    """A move of this interview. Raises NotFound."""
    found = next(iter(move_store.moves(rows, [move_id])), None)
    if found is None or found.interview_id != interview_id:
        raise NotFound
    return found


def require_undoable(one: Interview, move: Move, *, now: datetime) -> None:
    """Refuse unless the interview has the time of this move, and can have the one before."""
    checks.require_state(one, UNDOABLE)
    checks.require_goal(one)
    checks.require_candidate(one)
    if move.state is MoveState.UNDONE or not move.leads_to(one.starts_at, one.ends_at):
        raise Conflict(MOVED_AGAIN)
    if one.starts_at <= now:
        raise Conflict(BEGUN)
    if move.old_starts_at <= now:
        raise Conflict(PAST)
    if one.room_address and one.room_id is None:
        raise Conflict(NO_ROOM)


def is_undoable(one: Interview, move: Move, *, now: datetime) -> bool:
    try:
        require_undoable(one, move, now=now)
    except Conflict:
        return False
    return True


def undo(
    act: Act, interview_id: str, move_id: str, *, version: int, override: bool = False
) -> Interview:
    """Give an interview the time before a move, as a new version. Its people are told once.

    Raises Outdated, claims.Taken or Conflict.
    """
    rows = act.rows
    with rows.write():
        one = checks.current(rows, interview_id, version=version)
        move = move_of(rows, interview_id, move_id)
        require_undoable(one, move, now=act.now)
        return moves.move(
            act,
            interview_id,
            version=version,
            starts_at=move.old_starts_at,
            ends_at=move.old_ends_at,
            room=room_of(one),
            override=override,
        )


def keep(act: Act, interview_id: str, move_id: str) -> Move:
    """Say that a move in Outlook is right. Raises Conflict if it was decided already."""
    rows = act.rows
    with rows.write():
        move = move_of(rows, interview_id, move_id)
        if not move.is_open:
            raise Conflict(DECIDED)
        move_store.decide(rows, move.id, MoveState.KEPT, act.actor, now=act.now)
        one = checks.current(rows, interview_id, version=None)
        act.record(
            Action.INTERVIEW_MOVE_KEPT, one.label, new=moves.said(one), candidate=audited(one)
        )
    return move

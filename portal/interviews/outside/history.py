"""Moves as the candidate's feed tells them. Each belongs inside the write() of its move."""

from datetime import datetime

from portal.audit.act import Act
from portal.availability import openings
from portal.candidates import feed
from portal.interviews import store
from portal.interviews.models import Interview
from portal.interviews.outside import move_store
from portal.interviews.outside.models import Move, MoveSource, MoveState
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows

MOVE_FEED_KIND = "interview_move"


def keep_outside_move(
    rows: Rows, before: Interview, after: Interview, *, calendar: str, now: datetime
) -> Move:
    """Keep a move that was seen on the calendar of this name. It waits for a person's decision.

    That needs to know who is free then, so the panel's calendars are read from now on for a day.
    """
    panel = store.panel(rows, after.id)
    openings.note_all(rows, [each.user_id for each in panel], now=now)
    move = Move(
        id=new_ordered_id(),
        interview_id=after.id,
        version=after.version,
        source=MoveSource.OUTLOOK,
        calendar=calendar,
        old_starts_at=before.starts_at,
        old_ends_at=before.ends_at,
        new_starts_at=after.starts_at,
        new_ends_at=after.ends_at,
        seen_at=now,
    )
    _add(rows, move, after)
    return move


def keep_own_move(act: Act, before: Interview, after: Interview) -> Move:
    """Keep a move in Portal. One back to the time before the last move undoes that one."""
    last = next(iter(move_store.of_interview(act.rows, after.id)), None)
    is_back = last is not None and last.leads_back_to(after.starts_at, after.ends_at)
    if is_back and last is not None:
        move_store.decide(act.rows, last.id, MoveState.UNDONE, act.actor, now=act.now)
    move = Move(
        id=new_ordered_id(),
        interview_id=after.id,
        version=after.version,
        source=MoveSource.UNDO if is_back else MoveSource.PORTAL,
        calendar="",
        old_starts_at=before.starts_at,
        old_ends_at=before.ends_at,
        new_starts_at=after.starts_at,
        new_ends_at=after.ends_at,
        seen_at=act.now,
        state=MoveState.KEPT,
        decided_by=act.actor.id,
        decided_by_name=act.actor.name,
        decided_at=act.now,
    )
    _add(act.rows, move, after)
    return move


def _add(rows: Rows, move: Move, after: Interview) -> None:
    move_store.add(rows, move)
    if after.candidate_id is not None:
        entry = (after.candidate_id, move.id, move.seen_at)
        feed.add_all(rows, [entry], kind=MOVE_FEED_KIND, now=move.seen_at)

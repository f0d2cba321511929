"""The card of a move in Outlook that nobody decided on yet."""

from dataclasses import dataclass
from datetime import datetime

from portal.interviews import store
from portal.interviews.changes import differences
from portal.interviews.changes.consequences import Known
from portal.interviews.models import Goal, Interview, State
from portal.interviews.outside import fit, move_store, shifts, told_texts, undo
from portal.interviews.outside.fit import Reader
from portal.interviews.outside.models import Move
from portal.interviews.outside.shifts import Shift
from portal.interviews.outside.signs import Sign
from portal.services import Services
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Card:
    """A move with all that a person needs who keeps or undoes it."""

    move: Move
    shift: Shift
    signs: tuple[Sign, ...]
    back_to: str
    keep_at: str
    is_undoable: bool
    said: tuple[str, ...]
    facts: dict[str, str]


def is_open_on(one: Interview, *, now: datetime) -> bool:
    """Whether a person can still decide on a move: until the interview begins."""
    return one.goal is Goal.SCHEDULED and one.state in undo.UNDOABLE and one.starts_at > now


def _open_move(rows: Rows, one: Interview, *, now: datetime) -> Move | None:
    move = move_store.latest_open(rows, one.id) if is_open_on(one, now=now) else None
    return move if move and move.leads_to(one.starts_at, one.ends_at) else None


def card(services: Services, one: Interview, reader: Reader, *, now: datetime) -> Card | None:
    """The card on the page of an interview. None if no move is open."""
    rows = services.rows
    move = _open_move(rows, one, now=now)
    if move is None:
        return None
    known = Known(
        one, store.panel(rows, one.id), store.events(rows, one.id), store.ledger(rows, one.id)
    )
    before = (move.old_starts_at, move.old_ends_at)
    after = (move.new_starts_at, move.new_ends_at)
    is_under_way = one.state in (State.WRITING, State.CHANGING)  # the page is read every 2 seconds
    is_undoable = undo.is_undoable(one, move, now=now)
    return Card(
        move=move,
        shift=shifts.shift(one, before, after, reader.zone, now=now),
        signs=tuple(fit.signs(services, known, reader, may_ask=not is_under_way, now=now)),
        back_to=shifts.start(before, reader.zone, now),
        keep_at=shifts.start(after, reader.zone, now),
        is_undoable=is_undoable,
        said=tuple(told_texts.of_undo(known, before)) if is_undoable else (),
        facts=differences.facts(one, known.panel),
    )

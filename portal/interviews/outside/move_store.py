"""All SQL for moves of interviews."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime

from portal.audit.models import Actor
from portal.interviews.outside.models import Move, MoveState
from portal.storage.rows import Rows

COLUMNS = ", ".join(each.name for each in fields(Move))
MOVE = f"select {COLUMNS} from interview_moves"  # noqa: S608  # constants


def add(rows: Rows, one: Move) -> None:
    """Add a move, which replaces one that is still open. Belongs inside write(), like all here."""
    rows.execute(
        "update interview_moves set state = ?, decided_at = ? where interview_id = ? and state = ?",
        [MoveState.REPLACED, one.seen_at, one.interview_id, MoveState.OPEN],
    )
    rows.execute(
        f"insert into interview_moves ({COLUMNS}) values "  # noqa: S608  # constants
        f"({', '.join(f':{each.name}' for each in fields(Move))})",
        vars(one),
    )


def of_interview(rows: Rows, interview_id: str) -> list[Move]:
    """All moves of an interview, the latest first."""
    return rows.all(
        Move, f"{MOVE} where interview_id = ? order by version desc, id desc", [interview_id]
    )


def latest(rows: Rows, interview_ids: Collection[str]) -> dict[str, Move]:
    """The last move of each interview that was ever moved."""
    found = rows.all(
        Move,
        f"{MOVE} where interview_id in :ids order by version, id",
        {"ids": [*interview_ids]},
    )
    return {each.interview_id: each for each in found}


def moves(rows: Rows, move_ids: Collection[str]) -> list[Move]:
    return rows.all(Move, f"{MOVE} where id in :ids", {"ids": [*move_ids]})


def latest_open(rows: Rows, interview_id: str) -> Move | None:
    """The move that waits for a person's decision."""
    return rows.one(
        Move,
        f"{MOVE} where interview_id = ? and state = 'open' order by version desc limit 1",
        [interview_id],
    )


def decide(rows: Rows, move_id: str, state: MoveState, by: Actor, *, now: datetime) -> None:
    """Keep or undo a move, as a person chose."""
    rows.execute(
        "update interview_moves set state = ?, decided_by = ?, decided_by_name = ?, "
        "decided_at = ? where id = ?",
        [state, by.id, by.name, now, move_id],
    )

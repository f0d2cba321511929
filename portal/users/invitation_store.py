"""The rows of invitations; of each link only a hash is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from portal import clock
from portal.errors import NotFound
from portal.users.models import Invitation, Role


def invitation(db: Database, invitation_id: str) -> Invitation:
    for row in db.query("select * from invitations where id = ?", [invitation_id]):
        return _invitation(row)
    raise NotFound


def by_token(db: Database, token_hash: str) -> Invitation | None:
    rows = db.query("select * from invitations where token_hash = ?", [token_hash])
    return next((_invitation(row) for row in rows), None)


def open_ones(db: Database, now: datetime) -> list[Invitation]:
    rows = db.query(
        "select * from invitations where used_at is null and withdrawn_at is null "
        "and expires_at > ? order by created_at desc, id",
        [clock.text(now)],
    )
    return [_invitation(row) for row in rows]


def add(db: Database, invitation: Invitation, *, token_hash: str) -> bool:
    """False when this very invitation was made before: a form that was sent twice."""
    added = db.execute(
        "insert into invitations (id, token_hash, role, note, created_by, created_at, expires_at) "
        "values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing",
        [
            invitation.id,
            token_hash,
            invitation.role.value,
            invitation.note,
            invitation.created_by,
            clock.text(invitation.created_at),
            clock.text(invitation.expires_at),
        ],
    )
    return bool(added.rowcount)


def use(db: Database, invitation_id: str, *, used_by: str, now: datetime) -> bool:
    """True for the first one who comes in time."""
    used = db.execute(
        "update invitations set used_at = ?, used_by = ? where id = ? and used_at is null "
        "and withdrawn_at is null and expires_at > ?",
        [clock.text(now), used_by, invitation_id, clock.text(now)],
    )
    return bool(used.rowcount)


def withdraw(db: Database, invitation_id: str, now: datetime) -> bool:
    withdrawn = db.execute(
        "update invitations set withdrawn_at = ? where id = ? and used_at is null "
        "and withdrawn_at is null",
        [clock.text(now), invitation_id],
    )
    return bool(withdrawn.rowcount)


def withdraw_all_of(db: Database, user_id: str, now: datetime) -> int:
    """Who may no longer invite has not invited."""
    withdrawn = db.execute(
        "update invitations set withdrawn_at = ? where created_by = ? and used_at is null "
        "and withdrawn_at is null",
        [clock.text(now), user_id],
    )
    return int(withdrawn.rowcount)


def _invitation(row: Mapping[str, Any]) -> Invitation:
    return Invitation(
        id=row["id"],
        role=Role(row["role"]),
        note=row["note"],
        created_by=row["created_by"],
        created_at=clock.moment(row["created_at"]),
        expires_at=clock.moment(row["expires_at"]),
        used_at=clock.moment(row["used_at"]) if row["used_at"] else None,
        used_by=row["used_by"],
        withdrawn_at=clock.moment(row["withdrawn_at"]) if row["withdrawn_at"] else None,
    )

"""The rows of invitations; of each link only a hash is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal import clock
from portal.errors import NotFound
from portal.storage.rows import Rows
from portal.users.models import Invitation, Role


def invitation(rows: Rows, invitation_id: str) -> Invitation:
    for row in rows.all(dict, "select * from invitations where id = ?", [invitation_id]):
        return _invitation(row)
    raise NotFound


def by_token(rows: Rows, token_hash: str) -> Invitation | None:
    found = rows.all(dict, "select * from invitations where token_hash = ?", [token_hash])
    return next((_invitation(row) for row in found), None)


def open_ones(rows: Rows, now: datetime) -> list[Invitation]:
    found = rows.all(
        dict,
        "select * from invitations where used_at is null and withdrawn_at is null "
        "and expires_at > ? order by created_at desc, id",
        [clock.text(now)],
    )
    return [_invitation(row) for row in found]


def add(rows: Rows, invitation: Invitation, *, token_hash: str) -> bool:
    """False when this very invitation was made before: a form that was sent twice."""
    added = rows.execute(
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
    return bool(added)


def use(rows: Rows, invitation_id: str, *, used_by: str, now: datetime) -> bool:
    """True for the first one who comes in time."""
    used = rows.execute(
        "update invitations set used_at = ?, used_by = ? where id = ? and used_at is null "
        "and withdrawn_at is null and expires_at > ?",
        [clock.text(now), used_by, invitation_id, clock.text(now)],
    )
    return bool(used)


def withdraw(rows: Rows, invitation_id: str, now: datetime) -> bool:
    withdrawn = rows.execute(
        "update invitations set withdrawn_at = ? where id = ? and used_at is null "
        "and withdrawn_at is null",
        [clock.text(now), invitation_id],
    )
    return bool(withdrawn)


def withdraw_all_of(rows: Rows, user_id: str, now: datetime) -> int:
    """Who may no longer invite has not invited."""
    withdrawn = rows.execute(
        "update invitations set withdrawn_at = ? where created_by = ? and used_at is null "
        "and withdrawn_at is null",
        [clock.text(now), user_id],
    )
    return int(withdrawn)


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

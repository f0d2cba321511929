"""All SQL for invitations. Only a hash of each link is stored."""

from datetime import datetime

from portal.errors import NotFound
from portal.storage.rows import Rows
from portal.users.models import Invitation


def invitation(rows: Rows, invitation_id: str) -> Invitation:
    found = rows.one(Invitation, "select * from invitations where id = ?", [invitation_id])
    if found is None:
        raise NotFound
    return found


def by_token(rows: Rows, token_hash: str) -> Invitation | None:
    return rows.one(Invitation, "select * from invitations where token_hash = ?", [token_hash])


def open_ones(rows: Rows, now: datetime) -> list[Invitation]:
    return rows.all(
        Invitation,
        "select * from invitations where used_at is null and withdrawn_at is null "
        "and expires_at > ? order by created_at desc, id",
        [now],
    )


def add(rows: Rows, invitation: Invitation, *, token_hash: str) -> bool:
    """Add an invitation. False if the same form was sent before."""
    added = rows.execute(
        "insert into invitations (id, token_hash, role, note, created_by, created_at, expires_at) "
        "values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing",
        [
            invitation.id,
            token_hash,
            invitation.role,
            invitation.note,
            invitation.created_by,
            invitation.created_at,
            invitation.expires_at,
        ],
    )
    return bool(added)


def use(rows: Rows, invitation_id: str, *, used_by: str, now: datetime) -> bool:
    """Use an invitation. True for the first person who opens it in time."""
    used = rows.execute(
        "update invitations set used_at = ?, used_by = ? where id = ? and used_at is null "
        "and withdrawn_at is null and expires_at > ?",
        [now, used_by, invitation_id, now],
    )
    return bool(used)


def withdraw(rows: Rows, invitation_id: str, now: datetime) -> bool:
    withdrawn = rows.execute(
        "update invitations set withdrawn_at = ? where id = ? and used_at is null "
        "and withdrawn_at is null",
        [now, invitation_id],
    )
    return bool(withdrawn)


def withdraw_all_of(rows: Rows, user_id: str, now: datetime) -> int:
    """Withdraw a person's open invitations when they may no longer invite."""
    return rows.execute(
        "update invitations set withdrawn_at = ? where created_by = ? and used_at is null "
        "and withdrawn_at is null",
        [now, user_id],
    )


def hand_over(rows: Rows, user_id: str, *, to: str) -> None:
    """Let another user have made these invitations."""
    rows.execute("update invitations set created_by = ? where created_by = ?", [to, user_id])


def withdraw_open(rows: Rows, now: datetime) -> None:
    """Withdraw every open invitation. Belongs inside write()."""
    rows.execute(
        "update invitations set withdrawn_at = ? where used_at is null and withdrawn_at is null",
        [now],
    )

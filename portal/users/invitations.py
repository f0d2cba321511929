"""Invite somebody by a link that is shown once, and take an invitation back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.audit.log import Actor, record
from portal.errors import Conflict
from portal.storage.rows import Rows
from portal.users import invitation_store as store
from portal.users.models import Invitation, Role
from portal.users.sign_in import InvitationOver
from portal.vault import hash_token

LIFE = timedelta(hours=72)


@dataclass(frozen=True)
class Wanted:
    """What an administrator filled in; the id comes with the form, so that it counts once."""

    id: str
    role: Role
    note: str


def invite(
    rows: Rows, wanted: Wanted, *, by: str, actor: Actor, now: datetime
) -> tuple[Invitation, str]:
    """The invitation and the secret part of its link, which nobody can look up again."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        id=wanted.id,
        role=wanted.role,
        note=wanted.note,
        created_by=by,
        created_at=now,
        expires_at=now + LIFE,
    )
    with rows.write():
        if not store.add(rows, invitation, token_hash=hash_token(token)):
            raise Conflict(
                "This invitation was made already, and its link is shown only once. Withdraw it "
                "and invite again if you did not copy the link."
            )
        record(
            rows,
            actor=actor,
            action="invitation made",
            target=invitation.label,
            new=str(invitation.role),
            at=now,
        )
    return invitation, token


def require_open(rows: Rows, token: str, now: datetime) -> Invitation:
    """The invitation that a link leads to; InvitationOver once it no longer works."""
    found = open_invitation(rows, token, now)
    if found is None:
        raise InvitationOver
    return found


def open_invitation(rows: Rows, token: str, now: datetime) -> Invitation | None:
    """What a link leads to, while it works."""
    invitation = store.by_token(rows, hash_token(token))
    return invitation if invitation is not None and invitation.is_open(now) else None


def withdraw(rows: Rows, invitation_id: str, *, actor: Actor, now: datetime) -> Invitation:
    """Withdrawing one that was withdrawn changes nothing; one that was used stays used."""
    with rows.write():
        invitation = store.invitation(rows, invitation_id)
        if invitation.used_at is not None:
            raise Conflict(
                "This invitation has been used. To keep that person out, disable them below."
            )
        if store.withdraw(rows, invitation_id, now):
            record(
                rows, actor=actor, action="invitation withdrawn", target=invitation.label, at=now
            )
    return invitation

"""Invite a person by a link that is shown once, and withdraw invitations."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.storage.rows import Rows
from portal.users import invitation_store as store
from portal.users.models import Invitation, Role
from portal.users.sign_in import InvitationOver
from portal.vault import hash_token

LIFE = timedelta(hours=72)


@dataclass(frozen=True)
class Wanted:
    """An invitation as entered. Its id comes with the form, so that a form counts once."""

    id: str
    role: Role
    note: str


def invite(act: Act, wanted: Wanted, *, by: str) -> tuple[Invitation, str]:
    """Create an invitation and return it with its secret, which is not stored."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        id=wanted.id,
        role=wanted.role,
        note=wanted.note,
        created_by=by,
        created_at=act.now,
        expires_at=act.now + LIFE,
    )
    with act.rows.write():
        if not store.add(act.rows, invitation, token_hash=hash_token(token)):
            raise Conflict(
                "This invitation was made already, and its link is shown only once. Withdraw it "
                "and invite again if you did not copy the link."
            )
        act.record(
            Action.INVITATION_MADE,
            invitation.label,
            new=str(invitation.role),
        )
    return invitation, token


def require_open(rows: Rows, token: str, now: datetime) -> Invitation:
    """The invitation of a link. InvitationOver once it no longer works."""
    found = open_invitation(rows, token, now)
    if found is None:
        raise InvitationOver
    return found


def open_invitation(rows: Rows, token: str, now: datetime) -> Invitation | None:
    """The invitation of a working link, or None."""
    invitation = store.by_token(rows, hash_token(token))
    return invitation if invitation is not None and invitation.is_open(now) else None


def withdraw(act: Act, invitation_id: str) -> Invitation:
    """Withdraw an invitation. Does nothing if it was withdrawn or used."""
    with act.rows.write():
        invitation = store.invitation(act.rows, invitation_id)
        if invitation.used_at is not None:
            raise Conflict(
                "This invitation has been used. To keep that person out, disable them below."
            )
        if store.withdraw(act.rows, invitation_id, act.now):
            act.record(
                Action.INVITATION_WITHDRAWN,
                invitation.label,
            )
    return invitation

"""One person's authorization of user sync, used without the organization's consent."""

from datetime import datetime

from portal.audit.actions import Action
from portal.audit.log import record
from portal.audit.models import Actor
from portal.microsoft365 import authorization_store as store
from portal.microsoft365.models import Connection
from portal.microsoft365.permissions import Feature, missing_in
from portal.storage.rows import Rows


def authorize(rows: Rows, connection: Connection, *, actor: Actor, now: datetime) -> bool:
    """Let a person authorize user sync in place of another. False without User.Read.All."""
    if missing_in(connection, (Feature.USER_SYNC,)):
        return False
    with rows.write():
        store.save(rows, connection.user_id, now=now)
        record(
            rows,
            actor=actor,
            action=Action.USER_SYNC_AUTHORIZED,
            target=connection.address,
            new="User.Read.All",
            at=now,
        )
    return True


def withdraw(rows: Rows, *, actor: Actor, now: datetime) -> bool:
    """Withdraw the authorization. User sync stops without consent, and nobody is disabled."""
    with rows.write():
        if store.authorized_by(rows) is None:
            return False
        store.save(rows, None, now=now)
        record(
            rows,
            actor=actor,
            action=Action.USER_SYNC_AUTHORIZATION_WITHDRAWN,
            target="Microsoft 365",
            at=now,
        )
    return True

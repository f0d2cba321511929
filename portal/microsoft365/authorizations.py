"""One person's authorization of user sync, used without the organization's consent."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.microsoft365 import authorization_store as store
from portal.microsoft365.models import Connection
from portal.microsoft365.permissions import Feature, missing_in


def authorize(act: Act, connection: Connection) -> bool:
    """Let a person authorize user sync in place of another. False without User.Read.All."""
    if missing_in(connection, (Feature.USER_SYNC,)):
        return False
    with act.rows.write():
        store.save(act.rows, connection.user_id, now=act.now)
        act.record(
            Action.USER_SYNC_AUTHORIZED,
            connection.address,
            new="User.Read.All",
        )
    return True


def withdraw(act: Act) -> bool:
    """Withdraw the authorization. User sync stops without consent, and nobody is disabled."""
    with act.rows.write():
        if store.authorized_by(act.rows) is None:
            return False
        store.delete(act.rows)
        act.record(
            Action.USER_SYNC_AUTHORIZATION_WITHDRAWN,
            "Microsoft 365",
        )
    return True

"""One person's permission to read the directory, where the organization has not consented."""

from datetime import datetime

from sqlite_utils import Database

from portal.audit.log import record
from portal.audit.models import Actor
from portal.microsoft365 import authorization_store as store
from portal.microsoft365.models import Connection
from portal.microsoft365.permissions import Feature, missing_in
from portal.storage.database import write


def authorize(db: Database, connection: Connection, *, actor: Actor, now: datetime) -> bool:
    """In place of whoever authorized it before; False where User.Read.All was not granted."""
    if missing_in(connection, (Feature.USER_SYNC,)):
        return False
    with write(db):
        store.save(db, connection.user_id, now=now)
        record(
            db,
            actor=actor,
            action="user sync authorized",
            target=connection.address,
            new="User.Read.All",
            at=now,
        )
    return True


def withdraw(db: Database, *, actor: Actor, now: datetime) -> bool:
    """User sync stops unless the organization consented; nobody is disabled by it."""
    with write(db):
        if store.authorized_by(db) is None:
            return False
        store.save(db, None, now=now)
        record(
            db,
            actor=actor,
            action="user sync authorization withdrawn",
            target="Microsoft 365",
            at=now,
        )
    return True

"""An administrator's "Try again": a failure's waiting time ends."""

from datetime import datetime

from sqlite_utils import Database

from portal.audit.log import record
from portal.audit.models import Actor
from portal.calendars import store as rooms
from portal.email import search_store, settings_store, store
from portal.errors import NotFound
from portal.microsoft365 import consent, consent_store, subscription_store
from portal.storage.database import write
from portal.users import directory_store


def try_again(db: Database, kind: str, job_id: str, *, actor: Actor, now: datetime) -> None:
    """Nothing is asked of Microsoft here: a worker takes it up within a second."""
    if kind not in MAKE_DUE:
        raise NotFound
    with write(db):
        if not MAKE_DUE[kind](db, job_id, now):
            raise NotFound
        record(db, actor=actor, action="job tried again", target=f"{kind} {job_id}", at=now)


def _mailbox(db: Database, mailbox_id: str, now: datetime) -> bool:
    if not store.is_known(db, mailbox_id):
        return False
    settings_store.make_due(db, mailbox_id, now=now, read_addresses=False)
    return True


def _search(db: Database, search_id: str, now: datetime) -> bool:
    return search_store.make_due(db, search_id, now=now)


def _subscription(db: Database, subscription_id: str, now: datetime) -> bool:
    found = subscription_store.subscription(db, subscription_id)
    if found is None:
        return False
    subscription_store.make_due(db, user_id=found.user_id, now=now)
    return True


def _organization(db: Database, row_id: str, now: datetime) -> bool:
    return row_id in ORGANIZATION and ORGANIZATION[row_id](db, now)


def _consent(db: Database, now: datetime) -> bool:
    if consent_store.consent(db) is None:
        return False
    consent.ask_again(db, now=now)
    return True


def _directory(db: Database, now: datetime) -> bool:
    directory_store.make_due(db, now=now)
    return True


def _rooms(db: Database, now: datetime) -> bool:
    if rooms.refresh(db) is None:
        return False
    rooms.make_due(db, now=now)
    return True


# Each row of the organization's, by its id.
ORGANIZATION = {
    consent_store.ID: _consent,
    directory_store.ID: _directory,
    rooms.ID: _rooms,
}
MAKE_DUE = {
    "organization": _organization,
    "mailboxes": _mailbox,
    "searches": _search,
    "subscriptions": _subscription,
}

"""Prepare the rows of a backup before they become Portal's."""

from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.config import Config
from portal.errors import PortalError
from portal.flows import store as flows
from portal.key_files import read_token_keys
from portal.microsoft365 import connections, consent_store
from portal.microsoft365 import store as microsoft365
from portal.outbox import attempt_store
from portal.services import CHECK, fits
from portal.storage import schema_check, sessions
from portal.storage.migrations import is_of_a_portal
from portal.storage.rows import Rows
from portal.storage.settings import delete_setting, has_sealed_rows
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import UnknownSchema, pending, upgrade
from portal.upkeep import store
from portal.upkeep.declarations import FENCES, SEALED
from portal.users import invitation_store
from portal.vault import SEALED_COLUMNS, Vault
from portal.wording import listed
from portal.worker import store as worker

DISCONNECTED = "This portal was restored from a backup without its keys. Please reconnect."
MAY_HAVE_GONE = "Portal was restored from a backup, so this may have gone out since."
REVOKED_SINCE = (
    "This authorization had ended before a backup of earlier rows was restored. "
    "Please reconnect if you still want it."
)
# Differences that a refusal names.
MOST_NAMED = 5


class NotUsable(PortalError):
    """This backup cannot become Portal's database. Nothing changed."""


def prepare(
    rows: SqliteRows,
    present: Rows | None,
    config: Config,
    *,
    name: str,
    disconnects: bool,
    now: datetime,
) -> tuple[str, ...]:
    """Prepare a copy and return the addresses of people who must reconnect."""
    _upgrade(rows, name)
    with rows.write():
        _end_what_was_under_way(rows, now)
        lapsed = _lapse(rows, present, everybody=disconnects, now=now)
        if disconnects or _has_lost_consent(rows, present):
            consent_store.delete(rows)
        if disconnects:
            delete_setting(rows, CHECK)
            _delete_applications(rows)
        Act(rows, Actor.system("console"), now).record(
            Action.BACKUP_RESTORED,
            name,
            new="without connections" if disconnects else None,
        )
    if not disconnects:
        _require_keys(rows, config)
    return lapsed


def _upgrade(rows: SqliteRows, name: str) -> None:
    if not is_of_a_portal(rows.database):
        raise NotUsable(f"{name} is a database, but not one of a portal.")
    try:
        pending(rows)
        _require_own_schema(rows, name)
        upgrade(rows, backups=None)
    except UnknownSchema as refusal:
        raise NotUsable(
            f"{refusal} Restore {name} with the version of Portal that it was taken with."
        ) from refusal


def _require_own_schema(rows: SqliteRows, name: str) -> None:
    """Refuse a file with a trigger or table that no portal made, before anything can run it."""
    found = schema_check.differences(rows.database)
    if found:
        raise NotUsable(
            f"{name} was changed since a portal wrote it: {listed(found[:MOST_NAMED])}. Somebody "
            "may have tampered with it. Restore another backup."
        )


def _end_what_was_under_way(rows: Rows, now: datetime) -> None:
    """Free claims, sign everybody out, withdraw open invitations, and send no mail again."""
    for fence in FENCES:
        fence.free(rows)
    sessions.delete_all(rows)
    flows.delete_all(rows)
    worker.forget_all(rows)
    invitation_store.withdraw_open(rows, now)
    attempt_store.ask_after_restore(rows, MAY_HAVE_GONE, now=now)


def _has_lost_consent(rows: Rows, present: Rows | None) -> bool:
    """Whether the consent of the backup has ended since.

    Only the installation of the backup can tell. One that was started later for the restore
    knows none of its people and never had a consent.
    """
    if present is None or store.has_consent(present):
        return False
    return not store.people(rows).isdisjoint(store.people(present))


def _delete_applications(rows: Rows) -> None:
    """Delete applications whose secrets no key opens. They must be entered again."""
    for sealed in SEALED:
        if sealed.is_entered:
            sealed.delete_all(rows)


def _lapse(rows: Rows, present: Rows | None, *, everybody: bool, now: datetime) -> tuple[str, ...]:
    """Lapse connections that were revoked after the backup, so that none is revived."""
    ended = store.people_disconnected_in(present) if present is not None else set()
    lapsed = []
    for user_id in store.working_people(rows):
        found = microsoft365.connection_of(rows, user_id)
        if found is not None and (everybody or user_id in ended):
            failure = DISCONNECTED if everybody else REVOKED_SINCE
            connections.lapse(rows, found, failure=failure, now=now)
            lapsed.append(found.address)
    return tuple(lapsed)


def _require_keys(rows: Rows, config: Config) -> None:
    """Refuse rows whose keys are missing, since Portal would not start with them."""
    if not has_sealed_rows(rows, SEALED_COLUMNS):
        return
    where = config.token_keys_file
    if not where.exists():
        raise NotUsable(
            f"{where} does not exist, and only its keys open the Microsoft connections in this "
            "backup. Put the file back from where you keep it, or restore with --disconnect: then "
            "everybody connects again."
        )
    if not fits(rows, Vault(read_token_keys(where))):
        raise NotUsable(
            f"The keys in {where} do not open the Microsoft connections in this backup. Put the "
            "keys of that time back, or restore with --disconnect: then everybody connects again."
        )

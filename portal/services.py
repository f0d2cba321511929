"""What topics and jobs are handed: rows, keys, the door to Microsoft. No Flask: workers use it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlite_utils import Database

from portal import clock
from portal.config import Config, Misconfigured, make_key_file, read_token_keys
from portal.microsoft365.clients import Microsoft365
from portal.storage import platforms
from portal.storage.copies import Damaged, NotCopied
from portal.storage.database import DatabaseError, database_for_each_thread, is_locked, write
from portal.storage.platforms import Platform
from portal.storage.settings import has_sealed_rows, save_setting, setting
from portal.storage.upgrade import UnknownSchema, upgrade
from portal.vault import SEALED_COLUMNS, KeysFile, Unreadable, Vault, Where

CHECK = "vault_check"
CHECK_AT = Where("settings", "value", CHECK, "")
SECONDS_FOR_THE_LOCK = 600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """Made once for each process."""

    config: Config
    database: Callable[[], Database]
    vault: Vault
    microsoft365: Microsoft365

    @property
    def db(self) -> Database:
        """The calling thread's own connection."""
        return self.database()


def build_services(config: Config) -> Services:
    """Brings the rows up to this program's schema first."""
    config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    config.database_file.touch(mode=0o600)
    database = database_for_each_thread(config.database_file)
    vault = _prepared(config, database)
    return Services(config, database, vault, Microsoft365(config.microsoft, database, vault))


def _prepared(config: Config, database: Callable[[], Database]) -> Vault:
    """Waits for another program that has the lock for long, say for an upgrade of many rows."""
    deadline = clock.monotonic() + SECONDS_FOR_THE_LOCK
    while True:
        try:
            _upgrade(config, database)
            vault = _opened_vault(config, database())
            _enable_what_settings_name(config, database())
            return vault
        except DatabaseError as error:
            if not is_locked(error) or clock.monotonic() > deadline:
                raise Misconfigured(
                    f"{config.database_file} cannot be used: {error}. If the disk is full, make "
                    "room; if it is locked, another program holds it; if it is damaged, restore a "
                    "backup."
                ) from error
        log.warning("%s is locked by another program; the start waits", config.database_file)


def _upgrade(config: Config, database: Callable[[], Database]) -> None:
    try:
        upgrade(database(), backups=config.instance / "backups")
    except (Damaged, NotCopied) as refusal:
        raise Misconfigured(f"No backup could be made before the upgrade. {refusal}") from refusal
    except UnknownSchema as refusal:
        raise Misconfigured(
            f"{refusal} It is {config.database_file}. Start the version that made it, or move the "
            f"folder {config.instance} aside to begin with an empty one."
        ) from refusal


def _opened_vault(config: Config, db: Database) -> Vault:
    """Refuses keys that are gone or wrong while there are rows that only they open."""
    is_needed = has_sealed_rows(db, SEALED_COLUMNS)
    keys = _keys(config, is_needed=is_needed)
    vault = Vault(keys, newer=KeysFile(config.token_keys_file).newer)
    with write(db):
        _insist_on_keys(db, vault, config)
        if setting(db, CHECK) is None or not is_needed:
            renew_check(db, vault)
    return vault


def _enable_what_settings_name(config: Config, db: Database) -> None:
    """Whoever names an application in the settings has chosen; disabled later, it stays so."""
    if not config.microsoft.is_configured or not _is_undecided(db):
        return
    now = clock.utc_now()
    with write(db):
        if _is_undecided(db):
            platforms.save(
                db, Platform.MICROSOFT_365, is_enabled=True, changed_by="the settings", now=now
            )


def _is_undecided(db: Database) -> bool:
    is_new = platforms.decided(db, Platform.MICROSOFT_365) is None
    return is_new and platforms.enabled(db) is None


def renew_check(db: Database, vault: Vault) -> None:
    """What tells at the next start whether the keys are the right ones."""
    save_setting(db, CHECK, vault.seal(CHECK, where=CHECK_AT))


def fits(db: Database, vault: Vault) -> bool:
    """Whether these keys open what is sealed in this database."""
    sealed = setting(db, CHECK)
    if sealed is None or not has_sealed_rows(db, SEALED_COLUMNS):
        return True
    try:
        return vault.open(sealed, where=CHECK_AT) == CHECK
    except Unreadable:
        return False


def _keys(config: Config, *, is_needed: bool) -> tuple[bytes, ...]:
    if config.token_keys:
        return config.token_keys
    if is_needed and not config.token_keys_file.exists():
        raise Misconfigured(
            f"The keys of the stored Microsoft connections are gone: {config.token_keys_file} does "
            "not exist. Put the file back from where you keep it; backups leave it out."
        )
    if not config.token_keys_file.exists():
        make_key_file(config.token_keys_file)
    return read_token_keys(config.token_keys_file)


def _insist_on_keys(db: Database, vault: Vault, config: Config) -> None:
    if not fits(db, vault):
        raise Misconfigured(
            "The token keys do not open the stored Microsoft connections. Put the right keys back "
            f"into {config.token_keys_file}."
        )

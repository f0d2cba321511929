"""Rows, keys and Microsoft for topics and jobs. No Flask: workers use it too."""

import logging
from dataclasses import dataclass
from functools import partial

from portal import clock
from portal.audit import unreadable_secrets
from portal.config import Config
from portal.errors import Misconfigured
from portal.key_files import make_key_file, read_token_keys
from portal.microsoft365.clients import Microsoft365
from portal.storage import platforms
from portal.storage.copies import Damaged, NotCopied
from portal.storage.platforms import Platform
from portal.storage.rows import DatabaseFailed, DatabaseLocked, Rows
from portal.storage.settings import has_sealed_rows, portal_name, save_setting, setting
from portal.storage.sqlite_rows import SqliteRows
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
    rows: Rows
    vault: Vault
    microsoft365: Microsoft365

    @property
    def portal_name(self) -> str:
        """The name in the menu, in titles and in automated mail."""
        return portal_name(self.rows, self.config.portal_name)


def build_services(config: Config) -> Services:
    """Build the services. Upgrades the database to this program's schema first."""
    config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    config.database_file.touch(mode=0o600)
    rows = SqliteRows(config.database_file)
    vault = _prepared(config, rows)
    return Services(config, rows, vault, Microsoft365(config.microsoft, rows, vault))


def _prepared(config: Config, rows: SqliteRows) -> Vault:
    """Upgrade and open the vault. Waits for another program that holds the lock, say to upgrade."""
    deadline = clock.monotonic() + SECONDS_FOR_THE_LOCK
    while True:
        try:
            _upgrade(config, rows)
            vault = _opened_vault(config, rows)
            _enable_what_settings_name(config, rows)
            return vault
        except DatabaseFailed as error:
            if not isinstance(error, DatabaseLocked) or clock.monotonic() > deadline:
                raise Misconfigured(
                    f"{config.database_file} cannot be used: {error}. If the disk is full, make "
                    "room; if it is locked, another program holds it; if it is damaged, restore a "
                    "backup."
                ) from error
        log.warning("%s is locked by another program; the start waits", config.database_file)


def _upgrade(config: Config, rows: SqliteRows) -> None:
    try:
        upgrade(rows, backups=config.instance / "backups")
    except (Damaged, NotCopied) as refusal:
        raise Misconfigured(f"No backup could be made before the upgrade. {refusal}") from refusal
    except UnknownSchema as refusal:
        raise Misconfigured(
            f"{refusal} It is {config.database_file}. Start the version that made it, or move the "
            f"folder {config.instance} aside to begin with an empty one."
        ) from refusal


def _opened_vault(config: Config, rows: Rows) -> Vault:
    """Open the vault. Refuses missing or wrong keys while rows exist that only they open."""
    is_needed = has_sealed_rows(rows, SEALED_COLUMNS)
    keys = _keys(config, is_needed=is_needed)
    vault = Vault(
        keys,
        newer=KeysFile(config.token_keys_file).newer,
        on_unreadable=partial(unreadable_secrets.note, rows),
    )
    with rows.write():
        _require_keys(rows, vault, config)
        if setting(rows, CHECK) is None or not is_needed:
            renew_check(rows, vault)
    return vault


def _enable_what_settings_name(config: Config, rows: Rows) -> None:
    """Enable Microsoft 365 if the settings name an application and no admin has decided yet."""
    if not config.microsoft.is_configured or not _is_undecided(rows):
        return
    now = clock.utc_now()
    with rows.write():
        if _is_undecided(rows):
            platforms.save(
                rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="the settings", now=now
            )


def _is_undecided(rows: Rows) -> bool:
    is_new = platforms.decided(rows, Platform.MICROSOFT_365) is None
    return is_new and platforms.enabled(rows) is None


def renew_check(rows: Rows, vault: Vault) -> None:
    """Store a sealed value that tells the next start whether the keys are the right ones."""
    save_setting(rows, CHECK, vault.seal(CHECK, where=CHECK_AT))


def fits(rows: Rows, vault: Vault) -> bool:
    """Whether these keys open what is sealed in this database."""
    sealed = setting(rows, CHECK)
    if sealed is None or not has_sealed_rows(rows, SEALED_COLUMNS):
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


def _require_keys(rows: Rows, vault: Vault, config: Config) -> None:
    if not fits(rows, vault):
        raise Misconfigured(
            "The token keys do not open the stored Microsoft connections. Put the right keys back "
            f"into {config.token_keys_file}."
        )

"""What topics and jobs are handed: rows, keys, the door to Microsoft. No Flask: workers use it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlite_utils import Database

from portal.config import Config, Misconfigured, make_key_file, read_token_keys
from portal.microsoft365.clients import Microsoft365
from portal.storage.database import database_for_each_thread, write
from portal.storage.settings import has_sealed_rows, save_setting, setting
from portal.storage.upgrade import upgrade
from portal.vault import SEALED_COLUMNS, Unreadable, Vault, Where

CHECK = "vault_check"
CHECK_AT = Where("settings", "value", CHECK, "")


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
    upgrade(database(), backups=config.instance / "backups")
    vault = _opened_vault(config, database())
    return Services(config, database, vault, Microsoft365(config.microsoft, database, vault))


def _opened_vault(config: Config, db: Database) -> Vault:
    """Refuses keys that are gone or wrong while there are rows that only they open."""
    is_needed = has_sealed_rows(db, SEALED_COLUMNS)
    vault = Vault(_keys(config, is_needed=is_needed))
    with write(db):
        sealed = setting(db, CHECK)
        if sealed is not None and is_needed:
            _insist_on_key(vault, sealed, config)
        if sealed is None or not is_needed:
            save_setting(db, CHECK, vault.seal(CHECK, where=CHECK_AT))
    return vault


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


def _insist_on_key(vault: Vault, sealed: str, config: Config) -> None:
    try:
        vault.open(sealed, where=CHECK_AT)
    except Unreadable:
        raise Misconfigured(
            "The token keys do not open the stored Microsoft connections. Put the right keys back "
            f"({config.token_keys_file}, or the file that PORTAL_TOKEN_KEYS_FILE names)."
        ) from None

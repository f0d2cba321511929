"""Take a backup while web and workers run, and put one back."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.config import Config
from portal.errors import PortalError
from portal.services import Services
from portal.storage.copies import (
    Damaged,
    NotCopied,
    copy_database,
    overwrite_database,
    remove_database,
)
from portal.storage.rows import DatabaseFailed, Rows
from portal.storage.sqlite_rows import SqliteRows
from portal.upkeep import program_locks, store
from portal.upkeep import restore_prepare as restored

CONSOLE = Actor.system("console")
STAGED = "portal.db.restoring-"
ASIDE = "portal.db.before-restore-"


class Refused(PortalError):
    """The command changed nothing. The sentence says what to do instead."""


@dataclass(frozen=True)
class Backup:
    """The size of a backup in bytes, and what the copy holds."""

    size: int
    people: int
    messages: int


@dataclass(frozen=True)
class Restored:
    """Where the previous rows are kept, and whose Microsoft accounts must be reconnected."""

    aside: Path | None
    lapsed: tuple[str, ...]


def back_up(services: Services, path: Path, *, now: datetime) -> Backup:
    """Take a backup. Never overwrites a file."""
    with _reserved(path):
        with services.rows.write():
            Act(services.rows, CONSOLE, now).record(
                Action.BACKUP_TAKEN,
                path.name,
            )
        copy_database(services.config.database_file, path)
        with closing(SqliteRows.at_rest(path, read_only=True)) as rows:
            people, messages = store.people_count(rows), store.message_count(rows)
    return Backup(path.stat().st_size, people, messages)


def require_folder(instance: Path) -> None:
    """Refuse a folder that is not there: a misspelt setting would get a portal of its own."""
    if not instance.is_dir():
        raise Refused(
            f"There is no folder {instance}. Correct PORTAL_INSTANCE, or make the folder and put "
            "token.keys into it first."
        )


def restore(
    config: Config, path: Path, *, now: datetime, is_forced: bool = False, disconnects: bool = False
) -> Restored:
    """Replace the rows by those of a backup, and keep the present ones beside them.

    Prepares and checks everything in a copy; the change itself is one transaction.
    """
    _require_backup(config, path)
    with nullcontext() if is_forced else program_locks.nobody_else(config.instance):
        return _restore(config, path, disconnects=disconnects, now=now)


def _restore(config: Config, path: Path, *, disconnects: bool, now: datetime) -> Restored:
    _remove_unfinished(config.instance)
    staged = config.instance / f"{STAGED}{secrets.token_hex(4)}"
    try:
        copy_database(path, staged)
        with closing(SqliteRows(staged)) as rows, _present(config) as present:
            lapsed = restored.prepare(
                rows,
                present,
                config,
                name=path.name,
                disconnects=disconnects,
                now=now,
            )
        aside = _set_aside(config, now)
        config.database_file.touch(mode=0o600)
        overwrite_database(staged, config.database_file)
    except (OSError, DatabaseFailed) as error:
        raise NotCopied(f"The backup could not be put in place: {error}.") from error
    finally:
        remove_database(staged)
    return Restored(aside, lapsed)


@contextmanager
def _reserved(path: Path) -> Iterator[None]:
    """Reserve a file name or refuse it. A failure leaves no file."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Refused(f"{path} exists already. Name a file that does not exist yet.") from None
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from error
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def require_file(path: Path) -> None:
    """Refuse a file that can be no backup. Makes nothing, unlike reading the settings."""
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    if not path.stat().st_size:
        raise Refused(f"{path} is empty: the backup was not finished.")


def _require_backup(config: Config, path: Path) -> None:
    require_file(path)
    if config.database_file.exists() and path.samefile(config.database_file):
        raise Refused(f"{path} is Portal's own database. Name a backup.")


def _remove_unfinished(instance: Path) -> None:
    """Remove the copies that a killed restore left behind."""
    for pattern in (f"{STAGED}*", f"{ASIDE}*.part*"):
        for left in instance.glob(pattern):
            left.unlink(missing_ok=True)


@contextmanager
def _present(config: Config) -> Iterator[Rows | None]:
    """The present rows, if there are any."""
    if not config.database_file.exists() or not config.database_file.stat().st_size:
        yield None
        return
    with closing(SqliteRows.at_rest(config.database_file)) as rows:
        yield rows


def _set_aside(config: Config, now: datetime) -> Path | None:
    present = config.database_file
    if not present.exists() or not present.stat().st_size:
        return None
    # The random end avoids the name of a restore killed in the same second.
    aside = present.with_name(f"{ASIDE}{now:%Y%m%d%H%M%S}-{secrets.token_hex(2)}")
    with _reserved(aside):
        try:
            copy_database(present, aside)
        except Damaged:
            _move(present, aside)
    return aside


def _move(present: Path, aside: Path) -> None:
    """Move a file with its journals, which SQLite would otherwise apply to the new file."""
    for ending in ("", "-wal", "-shm", "-journal"):
        part = present.with_name(present.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))

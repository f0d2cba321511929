"""Copy a whole database while others write to it. Each copy is checked and private to its owner."""

import os
import secrets
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from portal.errors import PortalError
from portal.storage.database import DatabaseError, OperationalError, open_file
from portal.storage.rows import DatabaseFailed
from portal.storage.sqlite_rows import refusals_of_ours


class NotCopied(PortalError):
    """The copy failed and left nothing behind."""


class Damaged(PortalError):
    """The contents of this file cannot be trusted."""


def copy_database(source: Path, target: Path) -> None:
    """Write one complete file or none. Replaces `target`."""
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        part.touch(mode=0o600, exist_ok=False)
        _fill(source, part)
        part.replace(target)
    except (OSError, DatabaseError, DatabaseFailed) as error:
        if is_damaged(source):
            raise Damaged(f"{source} is damaged, or no database: {error}.") from error
        raise NotCopied(f"{source} could not be copied to {target}: {error}.") from error
    finally:
        remove_database(part)


def overwrite_database(source: Path, target: Path) -> None:
    """Replace the contents in one transaction: open readers see the old rows or the new ones."""
    with (
        refusals_of_ours(),
        closing(open_file(source, read_only=True).conn) as rows,
        closing(open_file(target, read_only=False).conn) as place,
    ):
        rows.backup(place)


def remove_database(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def is_damaged(path: Path) -> bool:
    """Tell damage from other failures, such as a lock or a full disk."""
    try:
        with closing(open_file(path, read_only=True).conn) as connection:
            require_soundness(Database(connection), path)
    except Damaged:
        return True
    except DatabaseError as error:
        return not isinstance(error, OperationalError)
    return False


def require_soundness(db: Database, name: Path) -> None:
    found = [next(iter(row.values())) for row in db.query("pragma integrity_check(1)")]
    if found != ["ok"]:
        raise Damaged(f"{name} is damaged: {found[0] if found else 'it cannot be checked'}.")
    for row in db.query("pragma foreign_key_check"):
        raise Damaged(f"{name} is damaged: {row['table']} refers to rows that are not there.")


def _fill(source: Path, part: Path) -> None:
    overwrite_database(source, part)
    copy = open_file(part, read_only=False)
    with closing(copy.conn):
        # A single file without a journal can also be read from a read-only disk.
        copy.execute("pragma journal_mode = delete")
        require_soundness(copy, source)
    number = os.open(part, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

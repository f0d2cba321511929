"""Open a SQLite file: the driver, its pragmas and its exceptions."""

from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

try:
    import pysqlite3 as sqlite
except ImportError:  # no wheel for this machine: the standard library's, without WAL below 3.51.3
    import sqlite3 as sqlite  # type: ignore[no-redef, unused-ignore]  # the same interface; typed only where pysqlite3 is

IntegrityError = sqlite.IntegrityError
OperationalError = sqlite.OperationalError
DatabaseError = sqlite.DatabaseError

# Older versions can lose commits when a checkpoint races a writer: https://sqlite.org/wal.html#walresetbug
FIRST_SAFE_WAL = (3, 51, 3)
BUSY = 5  # SQLITE_BUSY
PATIENCE = 10.0
# A commit waits for the disk, so that it survives a power cut.
DURABLE = "FULL"


def open_database(path: Path) -> Database:
    """Open a connection for the calling thread. Never pass it to another thread or a fork."""
    connection = sqlite.connect(path, isolation_level=None, timeout=PATIENCE)
    db = Database(connection)
    safe_wal = sqlite.sqlite_version_info >= FIRST_SAFE_WAL
    for pragma in (
        f"busy_timeout = {int(PATIENCE * 1000)}",
        f"journal_mode = {'WAL' if safe_wal else 'TRUNCATE'}",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "mmap_size = 0",
        "secure_delete = ON",
    ):
        db.execute(f"pragma {pragma}")
    commit_durably(db)
    return db


def commit_durably(db: Database) -> None:
    db.execute(f"pragma synchronous = {DURABLE}")


def open_file(path: Path, *, read_only: bool) -> Database:
    """Open a copy that no program uses. Its journal mode stays as it is."""
    address = f"file:{quote(str(path.resolve()))}?mode={'ro' if read_only else 'rw'}"
    return Database(sqlite.connect(address, uri=True, isolation_level=None, timeout=10))


def open_in_memory() -> Database:
    """Open an empty database that ends with its connection."""
    return Database(sqlite.connect(":memory:", isolation_level=None))


def is_locked(error: Exception) -> bool:
    """Whether another program held the lock for longer than we waited."""
    is_ours = isinstance(error, OperationalError)
    return is_ours and getattr(error, "sqlite_errorcode", BUSY) & 0xFF == BUSY

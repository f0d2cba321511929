"""Open portal.db: one connection a thread, its pragmas, the transaction that locks first."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from portal import clock

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
POLL = 0.001
# After a page of mail the lock stays free for so long, so that a person's click gets in between.
REST = 0.003
# Threads of one process queue here, which is fair, and not at the file, which is not.
_one_writer = threading.RLock()


def open_database(path: Path) -> Database:
    """A connection for the calling thread alone; never handed to another thread or a fork."""
    connection = sqlite.connect(path, isolation_level=None, timeout=PATIENCE)
    db = Database(connection)
    safe_wal = sqlite.sqlite_version_info >= FIRST_SAFE_WAL
    for pragma in (
        f"busy_timeout = {int(PATIENCE * 1000)}",
        f"journal_mode = {'WAL' if safe_wal else 'TRUNCATE'}",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "mmap_size = 0",
        "secure_delete = ON",
    ):
        db.execute(f"pragma {pragma}")
    return db


def open_file(path: Path, *, read_only: bool) -> Database:
    """A copy that nobody works with: its journal stays as it is."""
    address = f"file:{quote(str(path.resolve()))}?mode={'ro' if read_only else 'rw'}"
    return Database(sqlite.connect(address, uri=True, isolation_level=None, timeout=10))


def database_for_each_thread(path: Path) -> Callable[[], Database]:
    """A function that answers the calling thread's own connection, opened at its first use."""
    own = threading.local()

    def database() -> Database:
        if not hasattr(own, "db"):
            own.db = open_database(path)
        db: Database = own.db
        return db

    return database


@contextmanager
def write_what_comes_again(db: Database, *, rest: float = REST) -> Iterator[Database]:
    """As write(), for rows that a power cut may take back together with the cursor after them.

    The commit does not wait for the disk. Never for tokens, settings or anything people typed.
    Who writes a row or two needs no rest.
    """
    waits_for_disk = db.execute("pragma journal_mode").fetchone()[0] != "wal"
    if waits_for_disk or db.conn.in_transaction:
        with write(db):
            yield db
        return
    db.execute("pragma synchronous = NORMAL")
    try:
        with _one_writer:
            with write(db):
                yield db
            time.sleep(rest)
    finally:
        db.execute("pragma synchronous = FULL")


@contextmanager
def write(db: Database) -> Iterator[Database]:
    """A transaction that holds the write lock from the start; inside another one, a savepoint.

    A deferred transaction that reads before it writes fails with "database is locked" as soon as
    two writers meet, whatever the time-out.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield db
        return
    with _one_writer:
        _begin(db)
        try:
            yield db
        except BaseException:
            db.rollback()
            raise
        db.execute("commit")


def _begin(db: Database) -> None:
    """Takes the lock within a millisecond of its being free.

    SQLite's own waiting sleeps for up to 100 ms at a time, and somebody who saves page after page
    has taken the lock again by then: https://sqlite.org/c3ref/busy_timeout.html
    """
    deadline = clock.monotonic() + PATIENCE
    db.execute("pragma busy_timeout = 0")
    try:
        while not _has_begun(db, is_last_try=clock.monotonic() > deadline):
            time.sleep(POLL)
    finally:
        db.execute(f"pragma busy_timeout = {int(PATIENCE * 1000)}")


def _has_begun(db: Database, *, is_last_try: bool) -> bool:
    try:
        db.execute("begin immediate")
    except OperationalError as error:
        if is_last_try or not is_locked(error):
            raise
        return False
    return True


def is_locked(error: Exception) -> bool:
    """Another program holds the lock, and held it for longer than we waited."""
    is_ours = isinstance(error, OperationalError)
    return is_ours and getattr(error, "sqlite_errorcode", BUSY) & 0xFF == BUSY

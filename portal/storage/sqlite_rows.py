"""The embedded engine: one SQLite file, reached through sqlite-utils, one connection a thread."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from sqlite_utils import Database

from portal import clock
from portal.storage.database import (
    PATIENCE,
    DatabaseError,
    IntegrityError,
    commit_durably,
    is_locked,
    open_database,
    open_file,
)
from portal.storage.mapping import Make, UnknownValue, bound, maker
from portal.storage.rows import Args, ConstraintRefused, DatabaseFailed, DatabaseLocked
from portal.storage.statements import Statement, parse

T = TypeVar("T")
IN_LIST = "in (select value from json_each(:{name}))"
POLL = 0.001
# Seconds the lock stays free after a page of mail, so that a person's click gets in between.
REST = 0.003
CHANGES_OF_A_PAGE = 20
# Threads of one process queue here, which is fair, and not at the file, which is not.
_one_writer = threading.RLock()


class SqliteRows:
    """Rows over one file. Never share the connection of a thread with a fork."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = threading.local()

    @classmethod
    def over(cls, database: Database) -> "SqliteRows":
        """Rows over a connection that is open already, for the calling thread alone."""
        rows = cls(Path())
        rows._own.database = database
        return rows

    @classmethod
    def at_rest(cls, path: Path, *, read_only: bool = False) -> "SqliteRows":
        """Rows of a file that no program works with: its journal stays as it is."""
        try:
            return cls.over(open_file(path, read_only=read_only))
        except DatabaseError as error:
            _raise(error)

    @property
    def database(self) -> Database:
        """sqlite-utils' view of the calling thread's connection: migrations and copies use it."""
        try:
            found: Database = self._own.database
        except AttributeError:
            found = self._own.database = self._opened()
        return found

    def _opened(self) -> Database:
        try:
            return open_database(self.path)
        except DatabaseError as error:
            _raise(error)

    @property
    def is_writing(self) -> bool:
        return bool(self.database.conn.in_transaction)

    def all(self, kind: type[T], sql: str, args: Args = ()) -> list[T]:
        try:
            cursor = self._run(parse(sql), args)
            found = cursor.fetchall()
        except DatabaseError as error:
            _raise(error)
        make = _maker(kind, cursor)
        try:
            return [make(row) for row in found]
        except UnknownValue as unknown:
            raise self._named(unknown, parse(sql)) from unknown

    def one(self, kind: type[T], sql: str, args: Args = ()) -> T | None:
        try:
            cursor = self._run(parse(sql), args)
            row = cursor.fetchone()
        except DatabaseError as error:
            _raise(error)
        if row is None or kind is tuple:
            return row  # type: ignore[no-any-return]  # the driver's own rows are tuples
        try:
            made: T = _maker(kind, cursor)(row)
            return made
        except UnknownValue as unknown:
            raise self._named(unknown, parse(sql)) from unknown

    def value(self, kind: type[T], sql: str, args: Args = ()) -> T | None:
        try:
            cursor = self._run(parse(sql), args)
            row = cursor.fetchone()
        except DatabaseError as error:
            _raise(error)
        if row is None or row[0] is None:
            return None
        try:
            made: T = _maker(kind, cursor)(row)
            return made
        except UnknownValue as unknown:
            raise self._named(unknown, parse(sql)) from unknown

    def execute(self, sql: str, args: Args = ()) -> int:
        try:
            return int(self._run(parse(sql), args).rowcount)
        except DatabaseError as error:
            _raise(error)

    def many(self, sql: str, several: Iterable[Args]) -> int:
        statement = parse(sql)
        self._require_write(statement)
        try:
            run = self.database.conn.executemany(
                _in_sqlite(statement), [bound(args) for args in several]
            )
            return int(run.rowcount)
        except DatabaseError as error:
            _raise(error)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[None]:
        db = self.database
        if db.conn.in_transaction:
            with db.atomic():
                yield
        elif durable or db.execute("pragma journal_mode").fetchone()[0] != "wal":
            with _one_writer, self._transaction():
                yield
        else:
            with self._without_waiting_for_the_disk():
                yield

    def forget_log(self) -> None:
        self.database.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        if hasattr(self._own, "database"):
            self._own.database.conn.close()
            del self._own.database

    def _run(self, statement: Statement, args: Args) -> Any:
        self._require_write(statement)
        return self.database.conn.execute(_in_sqlite(statement), bound(args))

    def _require_write(self, statement: Statement) -> None:
        if statement.changes_rows and not self.database.conn.in_transaction:
            raise RuntimeError(f"This statement belongs inside write(): {statement.text}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        db = self.database
        _begin(db)
        try:
            yield
        except BaseException:
            db.rollback()
            raise
        try:
            db.execute("commit")
        except DatabaseError as error:
            _raise(error)

    @contextmanager
    def _without_waiting_for_the_disk(self) -> Iterator[None]:
        db = self.database
        db.execute("pragma synchronous = NORMAL")
        before = db.conn.total_changes
        try:
            with _one_writer:
                with self._transaction():
                    yield
                if db.conn.total_changes - before > CHANGES_OF_A_PAGE:
                    time.sleep(REST)
        finally:
            commit_durably(db)

    def _named(self, unknown: UnknownValue, statement: Statement) -> UnknownValue:
        """Name the column's table: the first table of the statement that has it."""
        column, value = unknown.args
        tables = (table for table in statement.tables if column in self._columns(table))
        return UnknownValue(f"{next(tables, '?')}.{column} holds {value!r}, which is unknown.")

    def _columns(self, table: str) -> Sequence[str]:
        found = self.database.execute("select name from pragma_table_info(?)", [table])
        return [str(row[0]) for row in found]


@contextmanager
def refusals_of_ours() -> Iterator[None]:
    """Turn the driver's exceptions into ours around calls of sqlite-utils."""
    try:
        yield
    except DatabaseError as error:
        _raise(error)


def _maker(kind: Any, cursor: Any) -> Make:
    return maker(kind, tuple(column[0] for column in cursor.description))


@lru_cache(maxsize=4096)
def _in_sqlite(statement: Statement) -> str:
    return statement.with_lists(IN_LIST) if statement.lists else statement.text


def _begin(db: Database) -> None:
    """Take the lock within a millisecond of its being free.

    SQLite's own waiting sleeps for up to 100 ms at a time, and a writer who saves page after page
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
    except DatabaseError as error:
        if is_last_try or not is_locked(error):
            _raise(error)
        return False
    return True


def _raise(error: Exception) -> NoReturn:
    """Raise our exception for the driver's, so that no other module knows the driver."""
    if isinstance(error, IntegrityError):
        raise ConstraintRefused(str(error)) from error
    if is_locked(error):
        raise DatabaseLocked(str(error)) from error
    raise DatabaseFailed(str(error)) from error

"""The practice tenant's state: one SQLite database, in a file or in memory, behind one lock."""

import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import orjson
from flask import current_app
from sqlite_utils import Database

try:
    import pysqlite3 as sqlite
except ImportError:  # no wheel for this machine: the standard library's does as well here
    import sqlite3 as sqlite

Row = dict[str, Any]
Parameters = Sequence[Any] | Mapping[str, Any]

SCHEMA = "create table if not exists tenant (name text primary key, value text not null)"


class State:
    """One connection for all threads; whoever uses it holds its lock for that long."""

    def __init__(self, path: Path | None, *, base_url: str) -> None:
        connection = sqlite.connect(
            str(path) if path else ":memory:", isolation_level=None, check_same_thread=False
        )
        self.db = Database(connection)
        self.lock = threading.RLock()
        self.base_url = base_url
        self.teller: Any = None  # the thread that tells subscribers, once there is an app
        self.db.execute("pragma foreign_keys = on")
        # What is lost in a crash of the practice tenant is practice.
        self.db.execute("pragma synchronous = off")
        self.create(SCHEMA)

    def adopt(self, schemas: Sequence[str]) -> None:
        """Make the tables; those of another version of this program, and what they hold, go."""
        mark = zlib.crc32("".join(schemas).encode()) & 0x7FFFFFFF
        known = self.rows("pragma user_version")[0]["user_version"]
        if known != mark:
            for name in self.tables():
                self.execute(f'drop table "{name}"')
            self.execute(f"pragma user_version = {mark}")
        for schema in (SCHEMA, *schemas):
            self.create(schema)

    def tables(self) -> list[str]:
        found = self.rows(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        )
        return [row["name"] for row in found]

    def create(self, schema: str) -> None:
        """Run each statement of a subject's schema."""
        with self.lock:
            for statement in schema.split(";\n"):
                if statement.strip():
                    self.db.execute(statement)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        with self.lock:
            cursor = self.db.conn.execute(sql, parameters)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; the number of rows it changed."""
        with self.lock:
            return int(self.db.conn.execute(sql, parameters).rowcount)

    def execute_many(self, sql: str, rows: Sequence[Parameters]) -> None:
        with self.lock:
            self.db.conn.executemany(sql, rows)

    @contextmanager
    def write(self) -> Iterator[None]:
        """All or nothing; inside another one, part of that."""
        with self.lock:
            if self.db.conn.in_transaction:
                yield
                return
            self.db.conn.execute("begin immediate")
            try:
                yield
            except BaseException:
                self.db.conn.rollback()
                raise
            self.db.conn.execute("commit")

    def setting(self, name: str) -> Any:
        """One of the tenant's switches, as `PATCH /_sandbox/tenant` set it."""
        row = self.row("select value from tenant where name = ?", (name,))
        return orjson.loads(row["value"]) if row else None

    def set_setting(self, name: str, value: Any) -> None:
        self.execute(
            "insert into tenant (name, value) values (?, ?)"
            " on conflict (name) do update set value = excluded.value",
            (name, orjson.dumps(value).decode()),
        )

    @property
    def tenant(self) -> Row:
        """All of the tenant's settings."""
        found = self.rows("select name, value from tenant")
        return {row["name"]: orjson.loads(row["value"]) for row in found}

    def now(self) -> datetime:
        """The present of the practice tenant: UTC, moved by the switch `clockOffset`."""
        return datetime.now(UTC) + timedelta(seconds=self.setting("clockOffset") or 0)


def current_state() -> State:
    """The state of the app that answers the present request."""
    return cast(State, current_app.extensions["sandbox"])

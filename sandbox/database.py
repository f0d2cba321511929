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
except ImportError:  # no wheel here; the standard library's SQLite is enough
    import sqlite3 as sqlite

Row = dict[str, Any]
Parameters = Sequence[Any] | Mapping[str, Any]

SCHEMA = "create table if not exists tenant (name text primary key, value text not null)"


class State:
    """One connection that all threads share. Every use holds its lock."""

    def __init__(self, path: Path | None, *, base_url: str) -> None:
        connection = sqlite.connect(
            str(path) if path else ":memory:", isolation_level=None, check_same_thread=False
        )
        self.db = Database(connection)
        self.lock = threading.RLock()
        self.base_url = base_url
        self.notifier: Any = None  # the thread that sends notifications, once there is an app
        self.db.execute("pragma foreign_keys = on")
        # A crash may lose the state: it is only for practice.
        self.db.execute("pragma synchronous = off")
        self._run(SCHEMA)

    def install_schemas(self, schemas: Sequence[str]) -> None:
        """Create the tables. Those of another version are dropped with their rows."""
        mark = zlib.crc32("".join(schemas).encode()) & 0x7FFFFFFF
        known = self.rows("pragma user_version")[0]["user_version"]
        if known != mark:
            for name in self.tables():
                self.execute(f'drop table "{name}"')
            self.execute(f"pragma user_version = {mark}")
        for schema in (SCHEMA, *schemas):
            self._run(schema)

    def tables(self) -> list[str]:
        found = self.rows(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        )
        return [row["name"] for row in found]

    def _run(self, schema: str) -> None:
        """Run each statement of a schema."""
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
        """Run one statement and return the number of changed rows."""
        with self.lock:
            return int(self.db.conn.execute(sql, parameters).rowcount)

    def execute_many(self, sql: str, rows: Sequence[Parameters]) -> None:
        with self.lock:
            self.db.conn.executemany(sql, rows)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Open a transaction, or join the one that is open."""
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
        """Read one switch of the tenant, as `PATCH /_sandbox/tenant` set it."""
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
        """Read all switches of the tenant."""
        found = self.rows("select name, value from tenant")
        return {row["name"]: orjson.loads(row["value"]) for row in found}

    def now(self) -> datetime:
        """Return the tenant's time: UTC, shifted by the switch `clockOffset`."""
        return datetime.now(UTC) + timedelta(seconds=self.setting("clockOffset") or 0)


def current_state() -> State:
    """Return the state of the app that answers the current request."""
    return cast(State, current_app.extensions["sandbox"])

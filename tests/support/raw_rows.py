"""The driver's own view of the rows, for what tests arrange and read beside the product."""

from collections.abc import Mapping
from datetime import datetime

from sqlite_utils import Database

from portal import clock
from portal.storage.rows import Rows
from portal.storage.sqlite_rows import SqliteRows

Value = str | int | datetime | None

LONG_AGO = "2026-01-01T00:00:00Z"
EARLIER = "2026-11-01T00:00:00Z"


def raw(rows: Rows) -> Database:
    """The calling thread's connection; a change through it needs no write()."""
    return embedded(rows).database


def embedded(rows: Rows) -> SqliteRows:
    """The same rows, for calls that only the embedded engine has."""
    assert isinstance(rows, SqliteRows)
    return rows


def insert(rows: Rows, table: str, row: Mapping[str, Value]) -> None:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    statement = f"insert into {table} ({columns}) values ({marks})"  # noqa: S608  # the tests' own names
    with rows.write():
        raw(rows).execute(statement, [_stored(value) for value in row.values()])


def _stored(value: Value) -> str | int | None:
    return clock.text(value) if isinstance(value, datetime) else value

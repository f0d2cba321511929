"""Insert one row into any table, and the values that tests give most rows."""

from collections.abc import Mapping
from datetime import datetime

from portal import clock
from portal.storage.rows import Rows
from tests.support.raw_rows import raw

Value = str | int | datetime | None

LONG_AGO = "2026-01-01T00:00:00Z"
EARLIER = "2026-11-01T00:00:00Z"


def insert(rows: Rows, table: str, row: Mapping[str, Value]) -> None:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    statement = f"insert into {table} ({columns}) values ({marks})"  # noqa: S608  # the tests' own names
    with rows.write():
        raw(rows).execute(statement, [_stored(value) for value in row.values()])


def _stored(value: Value) -> str | int | None:
    return clock.text(value) if isinstance(value, datetime) else value

"""SQLite's own connection, for what the benchmarks arrange and measure beside the product."""

from sqlite_utils import Database

from portal.storage.rows import Rows
from portal.storage.sqlite_rows import SqliteRows


def raw(rows: Rows) -> Database:
    """The calling thread's connection; a change through it needs no write()."""
    assert isinstance(rows, SqliteRows)  # noqa: S101  # tells the type checker which engine it is
    return rows.database

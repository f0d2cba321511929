"""The driver's own view of the rows, for what tests arrange and read beside the product."""

from sqlite_utils import Database

from portal.storage.rows import Rows
from portal.storage.sqlite_rows import SqliteRows


def raw(rows: Rows) -> Database:
    """The calling thread's connection; a change through it needs no write()."""
    return embedded(rows).database


def embedded(rows: Rows) -> SqliteRows:
    """The same rows, for calls that only the embedded engine has."""
    assert isinstance(rows, SqliteRows)
    return rows

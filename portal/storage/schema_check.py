"""The schema of a database beside that of a new one of the same version."""

import re
from collections.abc import Sequence
from contextlib import closing

from sqlite_utils import Database

from portal import clock
from portal.storage.database import open_in_memory
from portal.storage.migrations import MIGRATIONS, Migration, applied, apply

# SQLite writes these itself, when it is asked to optimize.
STATISTICS = "sqlite_stat"


def differences(database: Database, migrations: Sequence[Migration] = MIGRATIONS) -> list[str]:
    """The tables, indexes, views and triggers that are not as this program makes them.

    A trigger runs inside whatever Portal does, so a file from elsewhere may hold no other.
    Only for a database that pending() takes.
    """
    fresh = open_in_memory()
    with closing(fresh.conn):
        for each in migrations[: len(applied(database))]:
            apply(fresh, each, now=clock.utc_now())
        wanted, found = _schema(fresh), _schema(database)
    return sorted(name for name in {*wanted, *found} if wanted.get(name, "") != found.get(name, ""))


def _schema(database: Database) -> dict[str, str]:
    """The definition of each part by its name, however it is spaced and quoted."""
    rows = database.query("select type, name, tbl_name, sql from sqlite_master")
    return {
        each["name"]: f"{each['type']} on {each['tbl_name']}: {_plain(each['sql'] or '')}"
        for each in rows
        if not each["name"].startswith(STATISTICS)
    }


def _plain(sql: str) -> str:
    return re.sub(r'[\s"]+', " ", sql).strip()

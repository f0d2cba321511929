"""Migrations of a program that never was, for what happens between two versions of one."""

from pathlib import Path

from portal.storage.migrations import MIGRATIONS, Migration
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import upgrade
from tests.support.raw_rows import raw

FIRST = Migration(
    "0001_settings", ("create table settings (key text primary key, value text not null)",)
)
SECOND = Migration(
    "0002_sizes",
    ("create table sizes (size integer not null)", "update settings set value = 'light ' || value"),
)
KILLED = Migration(
    "0002_killed",
    ("update settings set value = 'red'", "create table half (a text)", "select die()"),
)
OLD = (FIRST,)
NEW = (FIRST, SECOND)
# The product's own schema with steps after it: what a portal of tomorrow would know.
TOMORROW = (
    *MIGRATIONS,
    Migration(
        "9001_plans",
        (
            "create table plans (day text primary key, plan text not null)",
            "create index plans_by_plan on plans (plan)",
            "insert into plans (day, plan) select key, value from settings",
        ),
    ),
    Migration(
        "9002_tomorrow",
        (
            "alter table users add column plan text",
            "update users set plan = 'none'",
            "create table tomorrow (day text primary key references plans (day))",
        ),
    ),
)


def make_older(path: Path) -> None:
    """A database as OLD left it, with one row."""
    db = SqliteRows(path)
    upgrade(db, backups=None, migrations=OLD)
    raw(db).execute("insert into settings values ('colour', 'green')")
    db.close()

"""Single values that belong to the whole portal, and the check that sealed rows can be opened."""

from collections.abc import Iterable

from sqlite_utils import Database

from portal.storage.database import OperationalError


def setting(db: Database, key: str) -> str | None:
    for row in db.query("select value from settings where key = ?", [key]):
        return str(row["value"])
    return None


def save_setting(db: Database, key: str, value: str) -> None:
    db.execute(
        "insert into settings (key, value) values (?, ?) "
        "on conflict (key) do update set value = excluded.value",
        [key, value],
    )


def has_sealed_rows(db: Database, columns: Iterable[tuple[str, str]]) -> bool:
    """The columns come from the vault's fixed list."""
    return any(
        True
        for table, column in columns
        for _ in db.query(f"select 1 from {table} where {column} <> '' limit 1")  # noqa: S608  # a fixed list
    )


def answers(db: Database) -> bool:
    """The rows can be read."""
    try:
        return any(True for _ in db.query("select count(*) from settings"))
    except OperationalError:
        return False

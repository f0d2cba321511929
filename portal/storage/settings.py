"""Single values of the whole portal, and the check that sealed rows can be opened."""

from collections.abc import Iterable

from portal.storage.rows import DatabaseFailed, Rows

ORGANIZATION_NAME = "organization_name"


def portal_name(rows: Rows, otherwise: str) -> str:
    """The organization's name, as entered by an administrator, or else the server's."""
    return setting(rows, ORGANIZATION_NAME) or otherwise


def setting(rows: Rows, key: str) -> str | None:
    return rows.value(str, "select value from settings where key = ?", [key])


def save_setting(rows: Rows, key: str, value: str) -> None:
    rows.execute(
        "insert into settings (key, value) values (?, ?) "
        "on conflict (key) do update set value = excluded.value",
        [key, value],
    )


def delete_setting(rows: Rows, key: str) -> None:
    rows.execute("delete from settings where key = ?", [key])


def has_sealed_rows(rows: Rows, columns: Iterable[tuple[str, str]]) -> bool:
    """Whether any of these columns holds a value. They come from the vault's fixed list."""
    return any(
        rows.value(int, f"select 1 from {table} where {column} <> '' limit 1")  # noqa: S608  # a fixed list
        for table, column in columns
    )


def answers(rows: Rows) -> bool:
    """Whether the rows can be read."""
    try:
        return rows.value(int, "select count(*) from settings") is not None
    except DatabaseFailed:
        return False

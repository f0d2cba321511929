"""All SQL for restoring a backup and for changing keys."""

from dataclasses import dataclass
from datetime import datetime

from portal.microsoft365 import store as connections
from portal.storage.claims import RELEASED
from portal.storage.rows import DatabaseFailed, Rows
from portal.vault import SEALED_COLUMNS, Where
from portal.worker.due import KINDS

FENCES = (*(kind.claims.fence for kind in KINDS), connections.RENEWALS)
# Short-lived rows: sessions, flows to Microsoft, running programs.
OF_THE_MOMENT = ("sessions", "flows", "workers")


@dataclass(frozen=True)
class Sealed:
    """A table with sealed columns, and what else its seals are bound to."""

    table: str
    key: str
    tenant: str = "''"
    # A running renewal has read the old value and must not write it back.
    also: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for table, column in SEALED_COLUMNS if table == self.table)


SEALED = (
    Sealed(
        "connections",
        "id",
        "tenant_id",
        f", version = version + 1, {RELEASED}",
    ),
    Sealed("flows", "state_hash"),
    Sealed("applications", "id", also=", version = version + 1"),
    Sealed("google_applications", "id"),
)


def end_what_was_under_way(rows: Rows, *, now: datetime) -> None:
    """Free claims, sign everybody out and withdraw open invitations."""
    for fence in FENCES:
        fence.free(rows)
    for table in OF_THE_MOMENT:
        rows.execute(f"delete from {table}")  # noqa: S608  # a fixed list
    rows.execute(
        "update invitations set withdrawn_at = ? where used_at is null and withdrawn_at is null",
        [now],
    )


def forget_check(rows: Rows, key: str) -> None:
    rows.execute("delete from settings where key = ?", [key])


def people_disconnected_in(present: Rows) -> set[str]:
    """Users without a working connection. Empty if that cannot be read."""
    try:
        found = present.all(
            str,
            "select u.id from users u left join connections c on c.user_id = u.id "
            "and c.state = 'working' where c.id is null",
        )
        return set(found)
    except DatabaseFailed:
        return set()


def has_consent(present: Rows) -> bool:
    """Whether the organization's consent is in use. True if that cannot be read."""
    try:
        return present.value(int, "select 1 from consents") is not None
    except DatabaseFailed:
        return True


def delete_applications(rows: Rows) -> None:
    """Delete applications whose secrets no key opens. They must be entered again."""
    for sealed in SEALED:
        if sealed.table not in ("connections", "flows"):
            rows.execute(f"delete from {sealed.table}")  # noqa: S608  # a fixed list


def working_people(rows: Rows) -> list[str]:
    sql = "select user_id from connections where state = 'working' order by user_id"
    return rows.all(str, sql)


def keys_of(rows: Rows, sealed: Sealed) -> list[str]:
    return rows.all(str, f"select {sealed.key} as k from {sealed.table} order by k")  # noqa: S608  # a fixed list


def values_of(rows: Rows, sealed: Sealed, key: str) -> list[tuple[Where, str]]:
    """The sealed values of one row, each with the place it is bound to."""
    columns = ", ".join(sealed.columns)
    found = rows.all(
        dict,
        f"select {columns}, {sealed.tenant} as t from {sealed.table} where {sealed.key} = ?",  # noqa: S608  # a fixed list
        [key],
    )
    return [
        (Where(sealed.table, column, key, row["t"]), str(row[column]))
        for row in found
        for column in sealed.columns
        if row[column]
    ]


def save_value(rows: Rows, sealed: Sealed, where: Where, value: str) -> None:
    rows.execute(
        f"update {sealed.table} set {where.column} = ?{sealed.also} where {sealed.key} = ?",  # noqa: S608  # a fixed list
        [value, where.row_id],
    )


def delete_row(rows: Rows, sealed: Sealed, key: str) -> None:
    rows.execute(f"delete from {sealed.table} where {sealed.key} = ?", [key])  # noqa: S608  # a fixed list

"""Sealed columns: a table declares its own, and rotation of keys walks all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.storage.rows import Rows
from portal.vault import SEALED_COLUMNS, Where


@dataclass(frozen=True)
class Sealed:
    """A table with sealed columns, and what else its seals are bound to.

    `also` are changes that go with a new seal. `lost` names the row to a person when no key opens
    it. `is_entered` marks rows that an administrator enters, and enters again without the keys.
    """

    table: str
    key: str
    lost: str
    tenant: str = "''"
    also: str = ""
    is_entered: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for table, column in SEALED_COLUMNS if table == self.table)

    def keys(self, rows: Rows) -> list[str]:
        return rows.all(str, f"select {self.key} as k from {self.table} order by k")  # noqa: S608  # a store's constants

    def values(self, rows: Rows, key: str) -> list[tuple[Where, str]]:
        """The sealed values of one row, each with the place it is bound to."""
        columns = ", ".join(self.columns)
        found = rows.all(
            dict,
            f"select {columns}, {self.tenant} as t from {self.table} where {self.key} = ?",  # noqa: S608  # a store's constants
            [key],
        )
        return [
            (Where(self.table, column, key, row["t"]), str(row[column]))
            for row in found
            for column in self.columns
            if row[column]
        ]

    def save(self, rows: Rows, where: Where, value: str) -> None:
        rows.execute(
            f"update {self.table} set {where.column} = ?{self.also} where {self.key} = ?",  # noqa: S608  # a store's constants
            [value, where.row_id],
        )

    def replace(self, rows: Rows, key: str, values: Mapping[str, Any]) -> None:
        """Insert a row, or replace its values. Belongs inside write().

        A `version` among them is the first one: it rises when the row is replaced.
        """
        changes = ", ".join(self._replaced(column) for column in values)
        rows.execute(
            f"insert into {self.table} ({self.key}, {', '.join(values)}) "  # noqa: S608  # a store's constants
            f"values (?{', ?' * len(values)}) on conflict ({self.key}) do update set {changes}",
            [key, *values.values()],
        )

    def _replaced(self, column: str) -> str:
        value = f"{self.table}.version + 1" if column == "version" else f"excluded.{column}"
        return f"{column} = {value}"

    def delete(self, rows: Rows, key: str) -> None:
        rows.execute(f"delete from {self.table} where {self.key} = ?", [key])  # noqa: S608  # a store's constants

    def delete_all(self, rows: Rows) -> None:
        rows.execute(f"delete from {self.table}")  # noqa: S608  # a store's constant

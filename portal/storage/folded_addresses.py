"""Fold stored addresses again, since the form in which addresses are compared has changed."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from portal.addresses import fold

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Folded:
    """A column with folded addresses: the key of its rows, and what an address is unique within.

    Without `unique_within`, rows may share a form.
    """

    table: str
    column: str
    source: str = "address"
    key: str = "id"
    unique_within: tuple[str, ...] | None = None


COLUMNS = (
    Folded("users", "folded_address"),
    Folded("users", "sign_in_address", source="sign_in_address", unique_within=()),
    Folded("connections", "folded_address"),
    Folded("candidate_addresses", "folded", key="rowid", unique_within=("candidate_id",)),
    Folded("aliases", "folded", unique_within=("user_id",)),
    Folded("searches", "folded"),
    Folded("directory_entries", "folded_address", key="object_id"),
)


def fold_again(db: Database) -> None:
    """Fold every stored address. Belongs inside write(), and may run twice.

    Of two rows that fold to one address, the second is kept with the form it has, and named.
    """
    for each in COLUMNS:
        for key, source, present in _outdated(db, each):
            form = fold(source)
            if _is_taken(db, each, key, form):
                log.warning(
                    "%s: %s is the same address as another one beside it. Both are kept.",
                    each.table,
                    source,
                )
                continue
            change = f"update {each.table} set {each.column} = ? where {each.key} = ?"  # noqa: S608  # names of COLUMNS
            db.execute(change, [form, key])
            log.info("%s: %s was compared as %s", each.table, source, present)


def _outdated(db: Database, which: Folded) -> Iterator[tuple[str, str, str]]:
    """Key, address and stored form of each row that is not folded as it would be now."""
    rows = f"select {which.key}, {which.source}, {which.column} from {which.table}"  # noqa: S608  # names of COLUMNS
    found = db.execute(f"{rows} where {which.source} <> '' order by {which.key}").fetchall()
    return ((key, source, form) for key, source, form in found if fold(source) != form)


def _is_taken(db: Database, which: Folded, key: str, form: str) -> bool:
    if which.unique_within is None:
        return False
    same = "".join(f" and o.{name} = t.{name}" for name in which.unique_within)
    other = f"join {which.table} o on o.{which.key} <> t.{which.key} and o.{which.column} = ?{same}"
    found = db.execute(
        f"select 1 from {which.table} t {other} where t.{which.key} = ?",  # noqa: S608  # names of our own tables
        [form, key],
    )
    return found.fetchone() is not None

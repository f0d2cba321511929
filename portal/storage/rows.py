"""The seam to the database: what every engine answers, whatever it is built on."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from portal.storage.mapping import UnknownValue

__all__ = ["Args", "ConstraintRefused", "DatabaseFailed", "DatabaseLocked", "Rows", "UnknownValue"]

T = TypeVar("T")
# By position for `?`, by name for `:name`. A list is always named: `where id in :ids`.
Args = Sequence[Any] | Mapping[str, Any]


class DatabaseFailed(Exception):
    """The engine could not do it: the disk is full, the file damaged, a statement wrong."""


class DatabaseLocked(DatabaseFailed):
    """Another program holds the write lock, and held it for longer than we waited."""


class ConstraintRefused(DatabaseFailed):
    """A constraint of the schema refused a row."""


class Rows(Protocol):
    """One database. Each thread has a connection of its own, opened at its first use.

    Values go in as Python has them: datetime, date, bool, StrEnum, None. Rows come out as `kind`:
    a dataclass whose fields are columns, one plain type for a single column, `tuple` or `dict`.
    """

    @property
    def is_writing(self) -> bool:
        """Whether the calling thread is inside write()."""

    def all(self, kind: type[T], sql: str, args: Args = ()) -> list[T]:
        """Every row of the answer."""

    def one(self, kind: type[T], sql: str, args: Args = ()) -> T | None:
        """The first row; None when there is none."""

    def value(self, kind: type[T], sql: str, args: Args = ()) -> T | None:
        """The first column of the first row; None when there is no row or it holds null."""

    def execute(self, sql: str, args: Args = ()) -> int:
        """How many rows changed. A statement that changes rows belongs inside write()."""

    def many(self, sql: str, several: Iterable[Args]) -> int:
        """The same statement for each of several arguments; how many rows changed in all."""

    def write(self, *, durable: bool = True) -> AbstractContextManager[None]:
        """A transaction that holds the write lock from the start; inside another, a savepoint.

        Not durable: the commit does not wait for the disk. Only for rows that the next sync would
        fetch again, never for tokens, settings or anything people typed.
        """

    def forget_log(self) -> None:
        """Leave nothing of deleted rows in the engine's own log."""

    def close(self) -> None:
        """Close the calling thread's connection; the next use opens another."""

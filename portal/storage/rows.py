"""The interface to the database that every engine implements."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from portal.storage.mapping import UnknownValue

__all__ = ["Args", "ConstraintRefused", "DatabaseFailed", "DatabaseLocked", "Rows", "UnknownValue"]

T = TypeVar("T")
# By position for `?`, by name for `:name`. A list is always named: `where id in :ids`.
Args = Sequence[Any] | Mapping[str, Any]


class DatabaseFailed(Exception):
    """The engine failed: a full disk, a damaged file or a wrong statement."""


class DatabaseLocked(DatabaseFailed):
    """Another program holds the write lock, and held it for longer than we waited."""


class ConstraintRefused(DatabaseFailed):
    """A constraint of the schema refused a row."""


class Rows(Protocol):
    """One database. Each thread has its own connection, opened at its first use.

    Pass values as Python types: datetime, date, bool, StrEnum, None. Rows come back as `kind`:
    a dataclass whose fields are columns, a plain type for a single column, `tuple` or `dict`.
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
        """Run a statement and return how many rows changed. A change belongs inside write()."""

    def many(self, sql: str, several: Iterable[Args]) -> int:
        """Run a statement once for each set of arguments and return how many rows changed."""

    def write(self, *, durable: bool = True) -> AbstractContextManager[None]:
        """Open a transaction that holds the write lock from the start, or a savepoint inside one.

        With `durable=False` the commit does not wait for the disk. Use it only for rows that the
        next sync would fetch again, never for tokens, settings or anything people typed.
        """

    def forget_log(self) -> None:
        """Remove deleted rows from the engine's own log."""

    def close(self) -> None:
        """Close the calling thread's connection; the next use opens another."""

"""Group the rows of an answer by their first column."""

from collections.abc import Iterable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """The values of each key, in the order of the answer."""
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def grouped_sets(pairs: Iterable[tuple[K, V]]) -> dict[K, set[V]]:
    """The values of each key, each once."""
    return {key: set(values) for key, values in grouped(pairs).items()}

"""Statements of the schema: one text for both engines, or a text for each where they differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Engine(StrEnum):
    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass(frozen=True)
class PerEngine:
    """One change in the words of each engine, in as many statements as it needs."""

    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]


Statements = tuple[str | PerEngine, ...]


def for_engine(statements: Statements, engine: Engine) -> list[str]:
    """The statements for one engine, in the order in which they run."""
    return [text.strip() for each in statements for text in _texts(each, engine)]


def _texts(statement: str | PerEngine, engine: Engine) -> Iterable[str]:
    if isinstance(statement, str):
        return (statement,)
    return statement.sqlite if engine is Engine.SQLITE else statement.postgres


def replaced_view(name: str, text: str) -> PerEngine:
    """Replace a view that others read. PostgreSQL wants new columns behind those it has."""
    return PerEngine(
        sqlite=(f"drop view {name}", f"create view {name} as {text}"),
        postgres=(f"create or replace view {name} as {text}",),
    )

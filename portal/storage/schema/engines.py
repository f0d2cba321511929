"""Statements of the schema: mostly text that both engines take, else one text for each engine."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Engine(StrEnum):
    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass(frozen=True)
class PerEngine:
    """What has to be said differently to each engine, in as many statements as it needs."""

    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]


Statements = tuple[str | PerEngine, ...]


def for_engine(statements: Statements, engine: Engine) -> list[str]:
    """The texts for one engine, in the order in which they have to run."""
    return [text.strip() for each in statements for text in _texts(each, engine)]


def _texts(statement: str | PerEngine, engine: Engine) -> Iterable[str]:
    if isinstance(statement, str):
        return (statement,)
    return statement.sqlite if engine is Engine.SQLITE else statement.postgres

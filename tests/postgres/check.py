"""Prepare statements of the product over its schema in PostgreSQL."""

from collections.abc import Collection

from portal.storage.migrations import create_statements
from portal.storage.schema.engines import Engine
from tests.postgres.sent import in_one_line
from tests.postgres.server import Postgres
from tests.postgres.translation import in_postgres


def make_schema(postgres: Postgres) -> dict[str, str]:
    """PostgreSQL's refusals of statements of the schema."""
    return postgres.refusals(create_statements(Engine.POSTGRES))


def refusals(postgres: Postgres, statements: Collection[str]) -> list[str]:
    """A line for each statement that PostgreSQL does not prepare."""
    prepared = {
        f"prepare statement_{number} as {in_postgres(sql)}": sql
        for number, sql in enumerate(sorted(statements))
    }
    refused = postgres.refusals([*prepared])
    return [f"{error}: {in_one_line(prepared[sql])}" for sql, error in refused.items()]

"""The check refuses what PostgreSQL refuses, and misses no statement of the stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.storage import sqlite_rows
from portal.storage.rows import Rows
from portal.users.store import has_admin
from tests.architecture.sources import Module, modules
from tests.postgres import check, recording
from tests.postgres.sent import unsent, written
from tests.postgres.server import Postgres, running_postgres
from tests.postgres.translation import in_postgres

FIXED = 'SQL = "select id from users where address = ?"'
VARYING = 'SQL = f"select {columns} from users where {condition} limit ?"'


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        assert check.make_schema(server) == {}
        yield server


@pytest.mark.postgres
def test_wrong_statements_are_refused(postgres: Postgres) -> None:
    wrong = [
        "select unixepoch(created_at) from users",
        "select id from users where (select 1",
        "select id from users where :first is null",
        "select name from users",
    ]

    lines = check.refusals(postgres, [*wrong, "select id from users where id = ?"])

    assert {line.partition(": ")[2] for line in lines} == {*wrong}


@pytest.mark.postgres
def test_open_quote_is_no_success(postgres: Postgres) -> None:
    with pytest.raises(ValueError, match="A quote stays open"):
        check.refusals(postgres, ["select 'a", "select id from users"])


@pytest.mark.postgres
def test_statements_whose_text_is_whole_are_prepared(postgres: Postgres) -> None:
    """Those of the stores without f-strings; the check after all tests prepares every one."""
    whole = [each.text for each in written(modules("portal")) if each.text.startswith("insert")]

    assert check.refusals(postgres, [text for text in whole if "\0" not in text]) == []


@pytest.mark.parametrize(
    ("sql", "translated"),
    [
        ("a = ? and b = ?", "a = $1 and b = $2"),
        ("a = :one or b = :two or c = :one", "a = $1 or b = $2 or c = $1"),
        ("a in :ids and b = :b", "a = any($1::text[]) and b = $2"),
        ("a not in :ids", "a <> all($1::text[])"),
        ("a = 'why? :not' and b = ?", "a = 'why? :not' and b = $1"),
        ("cast(a as text) || a::text", "cast(a as text) || a::text"),
    ],
)
def test_parameters_are_numbered(sql: str, translated: str) -> None:
    assert in_postgres(sql) == translated


def test_unsent_statement_is_named() -> None:
    stores = [
        Module("portal/users/store.py", FIXED),
        Module("portal/users/people_store.py", VARYING),
        Module("portal/users/people.py", FIXED),
    ]

    missing = unsent(
        written(stores), ["select id, address\nfrom users\nwhere is_enabled = 1 limit ?"]
    )

    assert [each.place for each in missing] == ["portal/users/store.py:1"]


def test_statement_within_another_counts_as_sent() -> None:
    stores = [Module("portal/users/store.py", FIXED)]

    sent = ["select 1 where exists (select id from users where address = ?)"]

    assert unsent(written(stores), sent) == []


def test_only_statements_of_the_product_are_recorded(
    rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = vars(sqlite_rows)["parse"]
    monkeypatch.setitem(vars(sqlite_rows), "parse", parse)
    recording.record_into(tmp_path / "statements")

    rows.all(tuple, "select 'a test' from users")
    has_admin(rows)
    has_admin(rows)

    found = recording.recorded(tmp_path / "statements")
    assert [sql.partition(" from ")[2].partition(" ")[0] for sql in found] == ["users"]
    assert "'admin'" in found.pop()

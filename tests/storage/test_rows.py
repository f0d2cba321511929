"""The contract of every engine: mapping by type, lists, transactions, refusals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import pytest

from portal.storage.rows import ConstraintRefused, DatabaseFailed, UnknownValue
from portal.storage.sqlite_rows import SqliteRows

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Thing:
    id: str
    colour: Colour
    is_new: bool
    made_at: datetime
    due_on: date | None
    gone_at: datetime | None
    note: str = "none"


@pytest.fixture
def things(tmp_path: Path) -> Iterator[SqliteRows]:
    rows = SqliteRows(tmp_path / "things.db")
    rows.execute(
        "create table things (id text primary key, colour text not null, is_new integer not null, "
        "made_at text not null, due_on text, gone_at text)"
    )
    rows.execute("create table parts (id text primary key, size integer)")
    yield rows
    rows.close()


def add(rows: SqliteRows, *ids: str, colour: str = Colour.RED) -> None:
    with rows.write():
        rows.many(
            "insert into things values (?, ?, ?, ?, ?, ?)",
            [[each, colour, True, NOON, date(2026, 12, 1), None] for each in ids],
        )


def add_then_fail(rows: SqliteRows, part: str) -> None:
    rows.execute("insert into parts values (?, 1)", [part])
    rows.execute("insert into nowhere values (1)")


def test_row_becomes_its_dataclass(things: SqliteRows) -> None:
    add(things, "a")

    found = things.one(Thing, "select * from things where id = ?", ["a"])

    assert found == Thing("a", Colour.RED, True, NOON, date(2026, 12, 1), None)


def test_values_are_stored_as_text_and_flags(things: SqliteRows) -> None:
    add(things, "a")

    assert things.all(tuple, "select * from things") == [
        ("a", "red", 1, "2026-11-24T12:00:00Z", "2026-12-01", None)
    ]


def test_column_without_field_is_ignored(things: SqliteRows) -> None:
    add(things, "a")

    found = things.all(Thing, "select *, 'x' as extra from things")

    assert [each.id for each in found] == ["a"]


def test_field_without_column_is_named(things: SqliteRows) -> None:
    add(things, "a")

    with pytest.raises(TypeError, match=r"No column for Thing\.colour"):
        things.all(Thing, "select id from things")


def test_unknown_value_names_table_column_and_value(things: SqliteRows) -> None:
    add(things, "a", colour="green")

    with pytest.raises(UnknownValue) as unknown:
        things.one(Thing, "select t.* from parts p right join things t on t.id = p.id")

    assert str(unknown.value) == "things.colour holds 'green', which is unknown."


@pytest.mark.parametrize("value", [2, "yes"])
def test_flag_is_nought_or_one(things: SqliteRows, value: object) -> None:
    add(things, "a")
    with things.write():
        things.execute("update things set is_new = ?", [value])

    with pytest.raises(UnknownValue, match=r"things\.is_new holds"):
        things.all(Thing, "select * from things")


def test_missing_time_in_a_field_that_needs_one_is_refused(things: SqliteRows) -> None:
    add(things, "a")

    with pytest.raises(UnknownValue, match="holds None"):
        things.all(Thing, "select id, colour, is_new, null as made_at, due_on, gone_at from things")


def test_single_columns(things: SqliteRows) -> None:
    add(things, "a", "b")

    assert things.all(str, "select id from things order by id") == ["a", "b"]
    assert things.value(int, "select count(*) from things") == 2
    assert things.value(datetime, "select max(made_at) from things") == NOON
    assert things.value(bool, "select is_new from things") is True
    assert things.value(Colour, "select colour from things") is Colour.RED
    assert things.value(str, "select due_on from things where id = 'c'") is None
    assert things.value(str, "select gone_at from things") is None
    assert things.all(dict, "select id from things where id = :id", {"id": "b"}) == [{"id": "b"}]


def test_lists(things: SqliteRows) -> None:
    add(things, "a", "b", "c")
    among = "select id from things where id in :ids order by id"
    outside = "select id from things where id not in :ids order by id"

    assert things.all(str, among, {"ids": {"a", "c"}}) == ["a", "c"]
    assert things.all(str, outside, {"ids": ["a", "c"]}) == ["b"]
    assert things.all(str, among, {"ids": []}) == []
    assert things.all(str, outside, {"ids": ()}) == ["a", "b", "c"]


def test_list_may_be_longer_than_any_limit_of_parameters(things: SqliteRows) -> None:
    ids = [f"{number:06}" for number in range(100_000)]
    add(things, "000001", "099999", "x")

    found = things.all(str, "select id from things where id in :ids order by id", {"ids": ids})

    assert found == ["000001", "099999"]


def test_counts_of_changed_rows(things: SqliteRows) -> None:
    add(things, "a", "b")

    with things.write():
        assert things.execute("update things set is_new = 0 where id = 'a'") == 1
        assert things.execute("delete from things where id = 'z'") == 0
        assert things.many("delete from things where id = ?", [["a"], ["b"], ["c"]]) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "insert into parts values ('p', 1)",
        "update parts set size = 2",
        " DELETE from parts",
        "with some as (select id from parts) delete from parts where id in (select id from some)",
    ],
)
def test_change_outside_write_is_refused(things: SqliteRows, sql: str) -> None:
    with pytest.raises(RuntimeError, match="inside write"):
        things.execute(sql)

    with pytest.raises(RuntimeError, match="inside write"):
        things.many(sql, [[]])

    with things.write():
        things.execute(sql)


def test_reading_with_a_named_query_is_no_change(things: SqliteRows) -> None:
    assert things.all(str, "with some as (select id from parts) select id from some") == []


def test_failed_transaction_leaves_nothing(things: SqliteRows) -> None:
    with pytest.raises(DatabaseFailed), things.write():
        add_then_fail(things, "p")

    assert not things.is_writing
    assert things.value(int, "select count(*) from parts") == 0


def test_inner_transaction_is_a_savepoint(things: SqliteRows) -> None:
    with things.write():
        things.execute("insert into parts values ('kept', 1)")
        with pytest.raises(DatabaseFailed), things.write():
            add_then_fail(things, "dropped")

    assert things.all(str, "select id from parts") == ["kept"]


@pytest.mark.parametrize("durable", [True, False])
def test_commit_is_seen_by_others(things: SqliteRows, durable: bool) -> None:
    with things.write(durable=durable):
        things.execute("insert into parts values ('p', 1)")

    other = SqliteRows(things.path)
    assert other.value(int, "select count(*) from parts") == 1
    assert things.value(int, "pragma synchronous") == 2
    other.close()


def test_refusals_are_ours(things: SqliteRows) -> None:
    add(things, "a")

    with pytest.raises(ConstraintRefused, match=r"things\.id"):
        add(things, "a")
    with pytest.raises(DatabaseFailed, match="no such table"):
        things.all(str, "select id from nowhere")

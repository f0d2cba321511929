"""Transactions: who waits for whom, and what waits for the disk."""

import threading

import pytest

from portal.storage.rows import Rows
from portal.storage.sqlite_rows import SqliteRows
from tests.support.raw_rows import raw


def count(rows: Rows) -> int:
    return int(raw(rows).execute("select count(*) from settings").fetchone()[0])


def add(rows: Rows, key: str) -> None:
    raw(rows).execute("insert into settings (key, value) values (?, 'x')", [key])


def add_and_fail(rows: Rows, key: str) -> None:
    add(rows, key)
    raise ValueError("stop")


def test_write_that_fails_leaves_nothing(rows: Rows) -> None:
    with pytest.raises(ValueError, match="stop"), rows.write():
        add_and_fail(rows, "one")

    assert (count(rows), rows.is_writing) == (0, False)


def test_write_inside_another_is_undone_alone(rows: Rows) -> None:
    with rows.write():
        add(rows, "one")
        with pytest.raises(ValueError, match="stop"), rows.write():
            add_and_fail(rows, "two")

    assert count(rows) == 1


def test_writers_who_read_first_wait_for_each_other(rows: Rows) -> None:
    path = raw(rows).execute("pragma database_list").fetchone()[2]

    def read_and_add(name: int) -> None:
        own = SqliteRows(path)
        for number in range(20):
            with own.write():
                count(own)
                add(own, f"{name} {number}")
        own.close()

    threads = [threading.Thread(target=read_and_add, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count(rows) == 80


def test_what_comes_again_does_not_wait_for_the_disk_and_all_else_does(rows: Rows) -> None:
    level = "pragma synchronous"
    is_wal = raw(rows).execute("pragma journal_mode").fetchone()[0] == "wal"

    with rows.write(durable=False):
        inside = raw(rows).execute(level).fetchone()[0]
    with pytest.raises(ValueError, match="stop"), rows.write(durable=False):
        raise ValueError("stop")

    assert inside == (1 if is_wal else 2)
    assert raw(rows).execute(level).fetchone()[0] == 2

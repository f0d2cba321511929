"""Transactions: who waits for whom, and what waits for the disk."""

import threading

import pytest
from sqlite_utils import Database

from portal.storage.database import open_database, write, write_what_comes_again


def count(db: Database) -> int:
    return int(db.execute("select count(*) from settings").fetchone()[0])


def add(db: Database, key: str) -> None:
    db.execute("insert into settings (key, value) values (?, 'x')", [key])


def add_and_fail(db: Database, key: str) -> None:
    add(db, key)
    raise ValueError("stop")


def test_write_that_fails_leaves_nothing(db: Database) -> None:
    with pytest.raises(ValueError, match="stop"), write(db):
        add_and_fail(db, "one")

    assert (count(db), db.conn.in_transaction) == (0, False)


def test_write_inside_another_is_undone_alone(db: Database) -> None:
    with write(db):
        add(db, "one")
        with pytest.raises(ValueError, match="stop"), write(db):
            add_and_fail(db, "two")

    assert count(db) == 1


def test_writers_who_read_first_wait_for_each_other(db: Database) -> None:
    path = db.execute("pragma database_list").fetchone()[2]

    def read_and_add(name: int) -> None:
        own = open_database(path)
        for number in range(20):
            with write(own):
                count(own)
                add(own, f"{name} {number}")
        own.conn.close()

    threads = [threading.Thread(target=read_and_add, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count(db) == 80


def test_what_comes_again_does_not_wait_for_the_disk_and_all_else_does(db: Database) -> None:
    level = "pragma synchronous"
    is_wal = db.execute("pragma journal_mode").fetchone()[0] == "wal"

    with write_what_comes_again(db):
        inside = db.execute(level).fetchone()[0]
    with pytest.raises(ValueError, match="stop"), write_what_comes_again(db):
        raise ValueError("stop")

    assert inside == (1 if is_wal else 2)
    assert db.execute(level).fetchone()[0] == 2

"""Addresses that an older portal folded in another form are folded again at the upgrade."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.storage.folded_addresses import COLUMNS
from portal.storage.migrations import MIGRATIONS
from portal.storage.rows import Rows
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import upgrade
from tests.support import builders
from tests.support.raw_rows import raw

BEFORE = [each for each in MIGRATIONS if each.name < "0012_folded_again"]
SHARP = "jana@straße.example"
DECOMPOSED, COMPOSED = "jo\N{COMBINING DIAERESIS}rg@mail.example", "jörg@mail.example"


@pytest.fixture
def older(tmp_path: Path) -> Iterator[SqliteRows]:
    """A database from before addresses were folded exactly, with Priya in it."""
    rows = SqliteRows(tmp_path / "portal.db")
    upgrade(rows, backups=None, migrations=BEFORE)
    builders.user(rows, "Priya Kaur", password_hash="x", sign_in_address="priya@x")
    builders.mailbox(rows, "priya")
    yield rows
    rows.close()


def candidate(rows: Rows, *stored: tuple[str, str]) -> None:
    """A candidate whose addresses have the forms that an older portal gave them."""
    db = raw(rows)
    db.execute(
        "insert into candidates (id, name, headline, created_by, created_at, updated_at) "
        "values ('c', 'Jana', '', 'priya', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')"
    )
    for position, (address, folded) in enumerate(stored):
        db.execute(
            "insert into candidate_addresses (candidate_id, address, folded, position, added_at) "
            "values ('c', ?, ?, ?, '2026-01-01T00:00:00Z')",
            [address, folded, position],
        )


def folded(rows: Rows, table: str, column: str = "folded") -> list[str]:
    return [row[column] for row in raw(rows).query(f"select * from {table} order by rowid")]  # noqa: S608  # the tests' own


def test_addresses_are_folded_again_and_mailboxes_walked(older: SqliteRows) -> None:
    candidate(older, (SHARP, "jana@strasse.example"), (DECOMPOSED, DECOMPOSED))
    builders.alias(older, "priya", SHARP, folded="jana@strasse.example")
    raw(older).execute("update users set address = ?, folded_address = 'x'", [SHARP])

    upgrade(older, backups=None)

    exact = "jana@xn--strae-oqa.example"
    assert folded(older, "candidate_addresses") == [exact, COMPOSED]
    assert folded(older, "aliases") == [exact]
    assert folded(older, "users", "folded_address") == [exact]
    assert folded(older, "users", "sign_in_address") == ["priya@x"]
    assert folded(older, "mailboxes", "walked_at") == ["1970-01-01T00:00:00Z"]


def test_two_rows_of_one_address_are_kept_and_named(
    older: SqliteRows, caplog: pytest.LogCaptureFixture
) -> None:
    candidate(older, (COMPOSED, COMPOSED), (DECOMPOSED, DECOMPOSED))

    with caplog.at_level(logging.WARNING):
        upgrade(older, backups=None)

    assert folded(older, "candidate_addresses", "address") == [COMPOSED, DECOMPOSED]
    assert folded(older, "candidate_addresses") == [COMPOSED, DECOMPOSED]
    assert f"candidate_addresses: {DECOMPOSED} is the same address" in caplog.text


def test_every_folded_column_is_folded_again(older: SqliteRows) -> None:
    db = raw(older)
    columns = {
        (table, column.name)
        for table in db.table_names()
        for column in db[table].columns
        if column.name in ("folded", "folded_address", "sign_in_address")
    }

    assert {(each.table, each.column) for each in COLUMNS} == columns

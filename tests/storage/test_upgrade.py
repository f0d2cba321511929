"""Rows of an older portal are brought up to this one, backed up first, never half."""

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from portal.storage.copies import Damaged
from portal.storage.database import open_file
from portal.storage.migrations import Migration
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import KEPT_BACKUPS, TooNew, UnknownSchema, pending, upgrade
from tests.storage.made_up import FIRST, NEW, OLD, SECOND
from tests.support.needs import ROOT
from tests.support.raw_rows import raw


def colour(path: Path) -> str:
    db = open_file(path, read_only=True)
    with closing(db.conn):
        return str(next(iter(db.query("select value from settings")))["value"])


def test_upgrade_keeps_a_backup_for_its_owner(old: Path, tmp_path: Path) -> None:
    db = SqliteRows(old)

    done = upgrade(db, backups=tmp_path / "backups", migrations=NEW)

    assert done == ["0002_sizes"]
    assert upgrade(db, backups=tmp_path / "backups", migrations=NEW) == []
    assert colour(old) == "light green"
    (backup,) = (tmp_path / "backups").iterdir()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700
    copy = SqliteRows.at_rest(backup, read_only=True)
    assert pending(copy, NEW) == (SECOND,)
    assert colour(backup) == "green"
    copy.close()
    db.close()


def test_first_start_makes_no_backup(tmp_path: Path) -> None:
    db = SqliteRows(tmp_path / "new.db")

    upgrade(db, backups=tmp_path / "backups")

    assert not (tmp_path / "backups").exists()
    db.close()


def test_upgrade_that_is_killed_leaves_the_rows_as_they_were(old: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.storage.upgrader", str(old)],
        cwd=ROOT, env={"PATH": os.environ["PATH"]}, check=False, timeout=60,
    )  # fmt: skip  # one to a line says no more

    assert done.returncode == -signal.SIGKILL
    assert colour(old) == "green"
    db = SqliteRows(old)
    assert "half" not in raw(db).table_names()
    assert pending(db, NEW) == (SECOND,)  # nothing of the whole run was kept
    upgrade(db, backups=tmp_path / "backups", migrations=NEW)
    assert pending(db, NEW) == ()
    assert [colour(path) for path in (tmp_path / "backups").glob("*.db")] == ["green"] * len(
        list((tmp_path / "backups").iterdir())
    )
    db.close()


def test_rows_of_a_newer_portal_are_not_touched(old: Path, tmp_path: Path) -> None:
    db = SqliteRows(old)
    upgrade(db, backups=None, migrations=NEW)

    with pytest.raises(TooNew) as refusal:
        upgrade(db, backups=tmp_path / "backups", migrations=OLD)

    assert "A newer portal has written this database (0002_sizes)" in str(refusal.value)
    assert pending(db, NEW) == ()
    assert not (tmp_path / "backups").exists()
    db.close()


def edited(statement: str) -> tuple[Migration, ...]:
    """The first migration with another text, and one after it."""
    return (Migration(FIRST.name, (statement,)), SECOND)


def test_database_whose_migration_was_edited_is_not_touched(old: Path, tmp_path: Path) -> None:
    db = SqliteRows(old)

    with pytest.raises(UnknownSchema) as refusal:
        upgrade(
            db,
            backups=tmp_path / "backups",
            migrations=edited("create table settings (key text, value text)"),
        )

    assert "this one does not know its schema" in str(refusal.value)
    assert pending(db, NEW) == (SECOND,)
    assert not (tmp_path / "backups").exists()
    db.close()


def test_line_breaks_of_a_migration_do_not_count(old: Path) -> None:
    (text,) = FIRST.statements
    db = SqliteRows(old)

    found = pending(db, edited(str(text).replace(" ", "\n    ")))

    assert found == (SECOND,)
    db.close()


def test_tables_that_no_migration_made_are_not_touched(tmp_path: Path) -> None:
    db = SqliteRows(tmp_path / "portal.db")
    raw(db).execute("create table settings (key text primary key, value text not null)")

    with pytest.raises(UnknownSchema):
        upgrade(db, backups=None, migrations=NEW)

    assert raw(db).table_names() == ["settings"]
    db.close()


def test_newest_backups_stay_and_other_files_too(old: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir(mode=0o700)
    for number in range(9):
        path = backups / f"portal-before-0001-{number}.db"
        path.touch()
        os.utime(path, (number, number))
    (backups / "portal-before-0001-9.db.ab12.part").touch()  # of a program that was killed
    (backups / "mine.db").touch()
    db = SqliteRows(old)

    upgrade(db, backups=backups, migrations=NEW)

    names = sorted(path.name for path in backups.iterdir())
    ours = [name for name in names if name.startswith("portal-before-")]
    assert len(ours) == KEPT_BACKUPS
    assert ours[:4] == [f"portal-before-0001-{number}.db" for number in (5, 6, 7, 8)]
    assert [name for name in names if name not in ours] == ["mine.db"]
    db.close()


def test_two_starts_at_once_upgrade_once(old: Path, tmp_path: Path) -> None:
    def start(_: int) -> list[str]:
        db = SqliteRows(old)
        with closing(db):
            return upgrade(db, backups=tmp_path / "backups", migrations=NEW)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(start, range(4)))

    assert sorted(len(names) for names in done) == [0, 0, 0, 1]
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_damaged_rows_are_not_upgraded(old: Path, tmp_path: Path) -> None:
    db = SqliteRows(old)
    index = "select rootpage from sqlite_master where tbl_name = 'settings' and type = 'index'"
    page = 4096 * (raw(db).execute(index).fetchone()[0] - 1)
    db.close()
    content = bytearray(old.read_bytes())
    content[page : page + 4096] = bytes(4096)
    old.write_bytes(content)
    db = SqliteRows(old)

    with pytest.raises(Damaged):
        upgrade(db, backups=tmp_path / "backups", migrations=NEW)

    assert pending(db, NEW) == (SECOND,)
    assert list((tmp_path / "backups").iterdir()) == []
    db.close()

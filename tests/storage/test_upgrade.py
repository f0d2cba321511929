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
from portal.storage.database import open_database, open_file
from portal.storage.migrations import migrations
from portal.storage.upgrade import KEPT_BACKUPS, TooNew, upgrade
from tests.support.needs import ROOT


def colour(path: Path) -> str:
    db = open_file(path, read_only=True)
    with closing(db.conn):
        return str(next(iter(db.query("select value from settings")))["value"])


def test_upgrade_keeps_a_backup_for_its_owner(old: Path, tmp_path: Path) -> None:
    db = open_database(old)
    last = [migration.name for migration in migrations.pending(db)]

    done = upgrade(db, backups=tmp_path / "backups")

    assert done == last
    assert upgrade(db, backups=tmp_path / "backups") == []
    (backup,) = (tmp_path / "backups").iterdir()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700
    copy = open_file(backup, read_only=True)
    assert [migration.name for migration in migrations.pending(copy)] == last
    assert colour(backup) == "green"
    copy.conn.close()
    db.conn.close()


def test_first_start_makes_no_backup(tmp_path: Path) -> None:
    db = open_database(tmp_path / "new.db")

    upgrade(db, backups=tmp_path / "backups")

    assert not (tmp_path / "backups").exists()
    db.conn.close()


def test_upgrade_that_is_killed_leaves_the_rows_as_they_were(old: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.storage.upgrader", str(old)],
        cwd=ROOT, env={"PATH": os.environ["PATH"]}, check=False, timeout=60,
    )  # fmt: skip  # one to a line says no more

    assert done.returncode == -signal.SIGKILL
    assert colour(old) == "green"
    db = open_database(old)
    assert "half" not in db.table_names()
    assert len(migrations.pending(db)) == 1  # nothing of the whole run was kept
    upgrade(db, backups=tmp_path / "backups")
    assert migrations.pending(db) == []
    assert [colour(path) for path in (tmp_path / "backups").glob("*.db")] == ["green"] * len(
        list((tmp_path / "backups").iterdir())
    )
    db.conn.close()


def test_rows_of_a_newer_portal_are_not_touched(old: Path, tmp_path: Path) -> None:
    db = open_database(old)
    row = {"migration_set": "portal", "name": "9999_future", "applied_at": "2030"}
    db["_sqlite_migrations"].insert(row)  # type: ignore[union-attr]  # a table, not a view
    pending = migrations.pending(db)

    with pytest.raises(TooNew) as refusal:
        upgrade(db, backups=tmp_path / "backups")

    assert "A newer portal has written this database (9999_future)" in str(refusal.value)
    assert migrations.pending(db) == pending
    assert not (tmp_path / "backups").exists()
    db.conn.close()


def test_newest_backups_stay_and_other_files_too(old: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir(mode=0o700)
    for number in range(9):
        path = backups / f"portal-before-0001-{number}.db"
        path.touch()
        os.utime(path, (number, number))
    (backups / "portal-before-0001-9.db.ab12.part").touch()  # of a program that was killed
    (backups / "mine.db").touch()
    db = open_database(old)

    upgrade(db, backups=backups)

    names = sorted(path.name for path in backups.iterdir())
    ours = [name for name in names if name.startswith("portal-before-")]
    assert len(ours) == KEPT_BACKUPS
    assert ours[:4] == [f"portal-before-0001-{number}.db" for number in (5, 6, 7, 8)]
    assert [name for name in names if name not in ours] == ["mine.db"]
    db.conn.close()


def test_two_starts_at_once_upgrade_once(old: Path, tmp_path: Path) -> None:
    def start(_: int) -> list[str]:
        db = open_database(old)
        with closing(db.conn):
            return upgrade(db, backups=tmp_path / "backups")

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(start, range(4)))

    assert sorted(len(names) for names in done) == [0, 0, 0, 1]
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_damaged_rows_are_not_upgraded(old: Path, tmp_path: Path) -> None:
    content = bytearray(old.read_bytes())
    page = 4096 * (len(content) // 4096 // 2)
    content[page : page + 4096] = bytes(4096)
    old.write_bytes(content)
    db = open_database(old)

    with pytest.raises(Damaged):
        upgrade(db, backups=tmp_path / "backups")

    assert len(migrations.pending(db)) == 1
    assert list((tmp_path / "backups").iterdir()) == []
    db.conn.close()

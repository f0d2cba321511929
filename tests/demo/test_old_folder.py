"""The demo reuses its folder, or moves an unusable one aside."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from demo.old_folder import move_old_folder
from portal.storage.rows import Rows
from portal.storage.upgrade import upgrade
from portal.upkeep import program_locks
from tests.storage.made_up import TOMORROW
from tests.support.raw_rows import embedded, raw


def make_unknown(rows: Rows) -> None:
    raw(rows).execute("update migrations set hash = 'of another text'")


def test_folder_of_this_version_stays(rows: Rows, instance: Path, now: datetime) -> None:
    assert move_old_folder(instance, now=now) is None
    assert (instance / "portal.db").exists()


def test_folder_that_is_not_there_or_empty_stays(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "portal.db").touch()

    assert move_old_folder(tmp_path / "none", now=now) is None
    assert move_old_folder(tmp_path, now=now) is None


@pytest.mark.parametrize("is_newer", [False, True], ids=["unknown", "newer"])
def test_folder_of_another_version_is_moved(
    rows: Rows, instance: Path, now: datetime, is_newer: bool
) -> None:
    if is_newer:
        upgrade(embedded(rows), backups=None, migrations=TOMORROW)
    else:
        make_unknown(rows)

    aside = move_old_folder(instance, now=now)

    assert aside == instance.with_name("instance-before-20261124140000")
    assert (aside / "portal.db").exists()
    assert not instance.exists()


def test_folder_in_which_a_worker_runs_is_not_moved(
    rows: Rows, instance: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_unknown(rows)
    monkeypatch.setattr(program_locks, "_held", [])
    program_locks.hold(instance, "worker")

    with pytest.raises(program_locks.StillRunning):
        move_old_folder(instance, now=now)

    assert (instance / "portal.db").exists()
    for number in program_locks._held:
        os.close(number)

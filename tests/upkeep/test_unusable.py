"""Backups of other versions, files that are none, and rows that are broken."""

import secrets
from datetime import datetime
from pathlib import Path

import pytest

from portal.errors import PortalError
from portal.services import Services, build_services
from portal.storage import upgrade as portal_upgrade
from portal.storage.database import open_file
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import pending, upgrade
from portal.upkeep import backups
from tests.storage.made_up import TOMORROW
from tests.support.raw_rows import embedded, raw
from tests.upkeep import rows as backed_up


def test_backup_of_a_newer_portal_is_refused(
    backup: Path, services: Services, now: datetime
) -> None:
    newer = SqliteRows(backup)
    upgrade(newer, backups=None, migrations=TOMORROW)
    newer.close()

    with pytest.raises(PortalError) as refusal:
        backups.restore(services.config, backup, now=now)

    assert "A newer portal has written this database (9001_plans)" in str(refusal.value)
    assert list(services.config.instance.glob("portal.db.*restor*")) == []


def test_backup_of_an_older_portal_is_upgraded(
    backup: Path, services: Services, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal_upgrade, "MIGRATIONS", TOMORROW)
    content = backup.read_bytes()

    backups.restore(services.config, backup, now=now)

    assert pending(embedded(services.rows), TOMORROW) == ()
    assert "tomorrow" in raw(services.rows).table_names()
    assert backup.read_bytes() == content  # the backup itself stays as it was


def test_backup_with_an_unknown_schema_is_refused(
    backup: Path, services: Services, now: datetime
) -> None:
    copy = open_file(backup, read_only=False)
    copy.execute("update migrations set hash = 'of another text'")
    copy.conn.close()
    backed_up.connect(services, "Kim Lund", now=now)

    with pytest.raises(PortalError) as refusal:
        backups.restore(services.config, backup, now=now)

    assert str(refusal.value) == (
        "Another version of Portal made this database, and this one does not know its schema. "
        "Restore backup.db with the version of Portal that it was taken with."
    )
    assert backed_up.names(services) == ["Kim Lund", "Priya Kaur"]
    assert list(services.config.instance.glob("portal.db.*restor*")) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            "create trigger helpful after insert on sessions "
            "begin update users set role = 'admin'; end",
            "helpful",
        ),
        ("drop trigger audit_log_refuses_delete", "audit_log_refuses_delete"),
        ("create view seen as select * from users", "seen"),
        ("create table notes (text)", "notes"),
        ("drop index interviews_by_time", "interviews_by_time"),
        ("alter table users add column more text", "users"),
    ],
)
def test_backup_with_another_schema_is_refused(
    backup: Path, services: Services, now: datetime, change: str, named: str
) -> None:
    copy = open_file(backup, read_only=False)
    copy.execute(change)
    copy.conn.close()
    backed_up.connect(services, "Kim Lund", now=now)

    with pytest.raises(PortalError) as refusal:
        backups.restore(services.config, backup, now=now)

    assert str(refusal.value) == (
        f"backup.db was changed since a portal wrote it: {named}. Somebody may have tampered with "
        "it. Restore another backup."
    )
    assert backed_up.names(services) == ["Kim Lund", "Priya Kaur"]


def test_optimized_backup_is_taken(backup: Path, services: Services, now: datetime) -> None:
    copy = open_file(backup, read_only=False)
    copy.execute("analyze")
    copy.conn.close()

    backups.restore(services.config, backup, now=now)

    assert backed_up.names(services) == ["Priya Kaur"]


def test_database_of_another_program_is_no_backup(
    services: Services, tmp_path: Path, now: datetime
) -> None:
    other = SqliteRows(tmp_path / "other.db")
    raw(other).execute("create table settings (key text, value text)")
    other.close()

    with pytest.raises(PortalError) as refusal:
        backups.restore(services.config, tmp_path / "other.db", now=now)

    assert str(refusal.value) == "other.db is a database, but not one of a portal."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: the backup was not finished"),
        (b"junk", "is damaged, or no database"),
        (None, "is damaged"),
    ],
    ids=["empty", "no database", "cut off"],
)
def test_unusable_file_changes_nothing(
    backup: Path, services: Services, now: datetime, content: bytes | None, words: str
) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) // 2] if content is None else content)
    backed_up.connect(services, "Kim Lund", now=now)

    with pytest.raises(PortalError) as refusal:
        backups.restore(services.config, backup, now=now)

    assert words in str(refusal.value)
    assert backed_up.names(services) == ["Kim Lund", "Priya Kaur"]
    assert list(services.config.instance.glob("portal.db.*restor*")) == []


def test_bytes_that_were_turned_are_noticed(
    backup: Path, services: Services, now: datetime
) -> None:
    content = bytearray(backup.read_bytes())
    for start in range(4096 * 3, len(content), 4096):
        content[start : start + 16] = secrets.token_bytes(16)
    backup.write_bytes(content)

    with pytest.raises(PortalError) as refusal:
        backups.restore(services.config, backup, now=now)

    assert "is damaged" in str(refusal.value)


def test_database_itself_is_no_backup(services: Services, now: datetime) -> None:
    with pytest.raises(backups.Refused) as refusal:
        backups.restore(services.config, services.config.database_file, now=now)

    assert "Portal's own database" in str(refusal.value)


def test_restore_over_a_broken_database_keeps_it(
    backup: Path, services: Services, tmp_path: Path, now: datetime
) -> None:
    config = backed_up.clone(services.config, tmp_path / "new")
    config.database_file.write_bytes(b"scrambled")

    done = backups.restore(config, backup, now=now)

    assert done.aside is not None
    assert done.aside.read_bytes() == b"scrambled"
    assert backed_up.names(build_services(config)) == ["Priya Kaur"]

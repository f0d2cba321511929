"""Start of a process: a database of this schema, and keys that open the sealed values."""

import dataclasses
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from portal import services as portal_services
from portal.config import Config
from portal.errors import Misconfigured
from portal.services import build_services
from portal.storage import sqlite_rows
from portal.storage import upgrade as portal_upgrade
from portal.storage.rows import Rows
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import pending, upgrade
from portal.vault import Where
from tests.storage.made_up import TOMORROW
from tests.support import builders
from tests.support.raw_rows import embedded, raw
from tests.users.people import add, person


@pytest.fixture
def bare(config: Config) -> Config:
    """Configuration for a folder in which no portal has run."""
    return config


def seal_a_token(config: Config, now: datetime) -> None:
    services = build_services(config)
    add(services.rows, person("Priya Kaur", now=now))
    sealed = services.vault.seal("t", where=Where("connections", "access_token", "c", "tenant"))
    builders.connection(services.rows, "priya", id="c", tenant_id="tenant", access_token=sealed)


def test_first_start_makes_rows_and_key(bare: Config) -> None:
    build_services(bare)

    mode = stat.S_IMODE(bare.token_keys_file.stat().st_mode)
    assert mode == 0o600
    assert stat.S_IMODE(bare.database_file.stat().st_mode) == 0o600


def test_second_start_opens_what_the_first_sealed(bare: Config, now: datetime) -> None:
    seal_a_token(bare, now)

    services = build_services(bare)

    row = next(iter(raw(services.rows).query("select access_token from connections")))
    where = Where("connections", "access_token", "c", "tenant")
    assert services.vault.open(row["access_token"], where=where) == "t"


def test_missing_key_stops_the_start_while_rows_are_sealed(bare: Config, now: datetime) -> None:
    seal_a_token(bare, now)
    bare.token_keys_file.unlink()

    with pytest.raises(Misconfigured) as refusal:
        build_services(bare)

    assert "are gone" in str(refusal.value)
    assert not bare.token_keys_file.exists()


def test_wrong_key_stops_the_start_while_rows_are_sealed(bare: Config, now: datetime) -> None:
    seal_a_token(bare, now)
    wrong = dataclasses.replace(bare, token_keys=(bytes(range(32)),))

    with pytest.raises(Misconfigured) as refusal:
        build_services(wrong)

    assert "do not open" in str(refusal.value)


def test_new_key_is_taken_while_nothing_is_sealed(bare: Config) -> None:
    build_services(bare)
    bare.token_keys_file.unlink()

    services = build_services(bare)

    where = Where("connections", "access_token", "c", "tenant")
    assert services.vault.open(services.vault.seal("t", where=where), where=where) == "t"


def test_database_of_a_newer_portal_stops_the_start(rows: Rows, config: Config) -> None:
    upgrade(embedded(rows), backups=None, migrations=TOMORROW)

    with pytest.raises(Exception, match="A newer portal has written this database"):
        build_services(config)


def test_database_of_an_older_portal_is_backed_up_first(
    rows: Rows, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal_upgrade, "MIGRATIONS", TOMORROW)

    build_services(config)

    assert pending(embedded(rows), TOMORROW) == ()
    backups = list((config.instance / "backups").iterdir())
    assert len(backups) == 1
    copy = SqliteRows(backups[0])
    assert [each.name for each in pending(copy, TOMORROW)] == ["9001_plans", "9002_tomorrow"]
    assert stat.S_IMODE(backups[0].stat().st_mode) == 0o600
    copy.close()


def test_folder_with_an_unknown_schema_stops_the_start(rows: Rows, config: Config) -> None:
    raw(rows).execute("update migrations set hash = 'of another text'")

    with pytest.raises(Misconfigured) as refusal:
        build_services(config)

    assert str(refusal.value) == (
        "Another version of Portal made this database, and this one does not know its schema. "
        f"It is {config.database_file}. Start the version that made it, or move the folder "
        f"{config.instance} aside to begin with an empty one."
    )
    assert not config.token_keys_file.exists()


@contextmanager
def lock_held(file: Path, *, seconds: float) -> Iterator[None]:
    """Hold the write lock from another connection for this long."""
    is_held = threading.Event()

    def hold() -> None:
        other = SqliteRows(file)
        other.execute("begin immediate")
        is_held.set()
        time.sleep(seconds)
        other.execute("rollback")

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait()
    yield
    holder.join()


def test_start_waits_longer_than_a_write_for_the_lock(
    bare: Config, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    build_services(bare)
    monkeypatch.setattr(sqlite_rows, "PATIENCE", 0.2)

    with lock_held(bare.database_file, seconds=1):
        services = build_services(bare)

    assert services.vault.key_count == 1
    assert f"{bare.database_file} is locked by another program; the start waits" in caplog.text


def test_start_gives_up_on_a_held_lock(bare: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    build_services(bare)
    monkeypatch.setattr(sqlite_rows, "PATIENCE", 0.1)
    monkeypatch.setattr(portal_services, "SECONDS_FOR_THE_LOCK", 0.3)

    with lock_held(bare.database_file, seconds=1), pytest.raises(Misconfigured) as refusal:
        build_services(bare)

    assert "another program holds it" in str(refusal.value)

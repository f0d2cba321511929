"""What a process starts with: rows of this schema, and keys that open what is sealed."""

import dataclasses
import stat
from datetime import datetime

import pytest
from sqlite_utils import Database

from portal.config import Config, Misconfigured
from portal.services import build_services
from portal.storage.database import open_database
from portal.vault import Where
from tests.users.people import add, person


@pytest.fixture
def bare(config: Config) -> Config:
    """A folder in which no portal has run yet."""
    return config


def seal_a_token(config: Config, now: datetime) -> None:
    services = build_services(config)
    add(services.db, person("Priya Kaur", now=now))
    sealed = services.vault.seal("t", where=Where("connections", "access_token", "c", "tenant"))
    services.db.table("connections").insert(
        {
            "id": "c",
            "user_id": "priya",
            "tenant_id": "tenant",
            "object_id": "o",
            "address": "priya@northwind.example",
            "display_name": "Priya Kaur",
            "scopes": "",
            "access_token": sealed,
            "version": 1,
            "state": "working",
            "connected_at": "2026-11-24T14:00:00Z",
        }
    )


def test_first_start_makes_rows_and_key(bare: Config) -> None:
    build_services(bare)

    mode = stat.S_IMODE(bare.token_keys_file.stat().st_mode)
    assert mode == 0o600
    assert stat.S_IMODE(bare.database_file.stat().st_mode) == 0o600


def test_second_start_opens_what_the_first_sealed(bare: Config, now: datetime) -> None:
    seal_a_token(bare, now)

    services = build_services(bare)

    row = next(iter(services.db.query("select access_token from connections")))
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


def test_rows_of_a_newer_portal_stop_the_start(db: Database, config: Config) -> None:
    row = {"migration_set": "portal", "name": "9999_future", "applied_at": "2030"}
    db.table("_sqlite_migrations").insert(row)

    with pytest.raises(Exception, match="A newer portal has written this database"):
        build_services(config)


def test_rows_of_an_older_portal_are_backed_up_first(config: Config) -> None:
    from portal.storage.migrations import migrations  # its last migration is left out here

    old = open_database(config.database_file)
    last = migrations.pending(old)[-1].name
    migrations.apply(old, stop_before=last)
    old.conn.close()

    build_services(config)

    backups = list((config.instance / "backups").iterdir())
    assert len(backups) == 1
    copy = open_database(backups[0])
    assert [each.name for each in migrations.pending(copy)] == [last]
    assert stat.S_IMODE(backups[0].stat().st_mode) == 0o600
    copy.conn.close()

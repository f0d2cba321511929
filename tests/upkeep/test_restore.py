"""A restore puts a backup in place, and starts nothing that was over."""

import dataclasses
import shutil
import stat
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import PortalError
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature
from portal.services import Services, build_services
from portal.storage.database import open_file
from portal.upkeep import backups
from portal.upkeep.declarations import FENCES
from tests.support import builders
from tests.support.raw_rows import raw
from tests.upkeep import rows

OF_THE_MOMENT = ("sessions", "flows", "workers")
CLAIM = ("claimed_until", "claimed_by")
ASIDE = "portal.db.before-restore-*"


def test_restore_brings_the_rows_back(backup: Path, services: Services, now: datetime) -> None:
    rows.connect(services, "Kim Lund", now=now)

    done = backups.restore(services.config, backup, now=now)

    assert rows.names(services) == ["Priya Kaur"]  # a program that runs sees them too
    assert done.lapsed == ()
    assert done.aside is not None
    assert stat.S_IMODE(done.aside.stat().st_mode) == 0o600
    before = open_file(done.aside, read_only=True)
    with closing(before.conn):
        assert [row["id"] for row in before.query("select id from users order by id")] == [
            "kim",
            "priya",
        ]
    left = [path.name for path in services.config.instance.iterdir() if "restoring" in path.name]
    assert left == []


def test_what_a_killed_restore_left_is_removed_by_the_next(
    backup: Path, services: Services, now: datetime
) -> None:
    names = ("portal.db.restoring-1a2b", "portal.db.before-restore-20261124140000-1a2b.3c.part")
    for name in names:
        (services.config.instance / name).write_bytes(b"rows of people")

    first = backups.restore(services.config, backup, now=now)
    second = backups.restore(services.config, backup, now=now)

    left = {path.name for path in services.config.instance.iterdir()}
    assert left.isdisjoint(names)
    assert first.aside != second.aside


def test_restored_work_is_due_and_nobody_is_signed_in(
    backup: Path, services: Services, now: datetime
) -> None:
    backups.restore(services.config, backup, now=now)

    for fence in FENCES:
        found = [tuple(row[each] for each in CLAIM) for row in raw(services.rows)[fence.table].rows]
        assert found == [(None, None)], fence.table
    assert {table: raw(services.rows)[table].count for table in OF_THE_MOMENT} == dict.fromkeys(
        OF_THE_MOMENT, 0
    )
    invitation = next(iter(raw(services.rows).query("select withdrawn_at from invitations")))
    assert invitation["withdrawn_at"] == clock.text(now)
    log = raw(services.rows).query("select action from audit_log order by rowid")
    audited = [row["action"] for row in log]
    assert audited[-2:] == ["backup taken", "backup restored"]


def test_every_claim_of_the_schema_is_cleared(services: Services) -> None:
    found = {
        (table.name, column.name)
        for table in raw(services.rows).tables
        for column in table.columns
        if column.name in CLAIM
    }

    assert found == {(fence.table, column) for fence in FENCES for column in CLAIM}


def test_restored_portal_on_a_new_machine_opens_its_tokens(
    backup: Path, services: Services, tmp_path: Path, now: datetime
) -> None:
    config = rows.clone(services.config, tmp_path / "new")

    done = backups.restore(config, backup, now=now)

    assert (done.aside, done.lapsed) == (None, ())
    moved = build_services(config)
    found = connections.usable(moved.rows, "priya", Feature.EMAIL_SYNC)
    assert connections.refresh_token(moved.vault, found) == "a refresh token of priya"
    assert stat.S_IMODE(config.database_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("is_other_key", [False, True], ids=["no key", "another key"])
def test_restore_without_the_right_keys_is_refused(
    backup: Path, services: Services, tmp_path: Path, now: datetime, is_other_key: bool
) -> None:
    config = rows.clone(services.config, tmp_path / "new", with_keys=False)
    if is_other_key:
        build_services(dataclasses.replace(config, instance=tmp_path / "other"))
        shutil.copy2(tmp_path / "other" / "token.keys", config.token_keys_file)

    with pytest.raises(PortalError) as refusal:
        backups.restore(config, backup, now=now)

    assert "restore with --disconnect" in str(refusal.value)
    assert not config.database_file.exists()


def test_restore_without_keys_disconnects_everybody(
    backup: Path, services: Services, tmp_path: Path, now: datetime
) -> None:
    config = rows.clone(services.config, tmp_path / "new", with_keys=False)

    done = backups.restore(config, backup, now=now, disconnects=True)

    assert done.lapsed == ("priya@northwind.example",)
    moved = build_services(config)  # starts, with a key of its own
    row = next(
        iter(raw(moved.rows).query("select state, access_token, refresh_token from connections"))
    )
    assert tuple(row.values()) == ("lapsed", None, None)


def test_restore_does_not_revive_what_was_revoked_since(
    backup: Path, services: Services, now: datetime
) -> None:
    connections.revoke(
        Act(services.rows, Actor.system("test"), now),
        "priya",
    )

    done = backups.restore(services.config, backup, now=now)

    assert done.lapsed == ("priya@northwind.example",)
    row = next(iter(raw(services.rows).query("select state, refresh_token from connections")))
    assert (row["state"], row["refresh_token"]) == ("lapsed", None)


def test_consent_that_was_disabled_since_does_not_come_back(
    backup: Path, services: Services, now: datetime
) -> None:
    raw(services.rows).execute("delete from consents")

    backups.restore(services.config, backup, now=now)

    assert raw(services.rows)["consents"].count == 0


def test_consent_comes_back_where_it_still_holds(
    backup: Path, services: Services, now: datetime
) -> None:
    backups.restore(services.config, backup, now=now)

    assert raw(services.rows)["consents"].count == 1


@pytest.mark.parametrize("has_admin", [False, True], ids=["as started", "with an admin"])
def test_portal_started_for_the_restore_is_no_witness_of_consent(
    backup: Path, services: Services, tmp_path: Path, now: datetime, has_admin: bool
) -> None:
    """The first command on a new machine makes an empty database."""
    config = rows.clone(services.config, tmp_path / "new")
    new = build_services(config)
    if has_admin:
        builders.user(new.rows, "Root Admin", role="admin")

    backups.restore(config, backup, now=now)

    assert raw(build_services(config).rows)["consents"].count == 1


def test_without_keys_an_entered_application_is_entered_anew(
    backup: Path, services: Services, tmp_path: Path, now: datetime
) -> None:
    raw(services.rows).execute(
        "insert into applications (id, client_id, client_secret, certificate_private_key, tenant, "
        "cloud, version, entered_by, entered_at) "
        "values ('microsoft-365', 'c', 'sealed', '', 't', 'global', 1, 'a', ?)",
        [clock.text(now)],
    )
    second = tmp_path / "second.db"
    backups.back_up(services, second, now=now)
    config = rows.clone(services.config, tmp_path / "new", with_keys=False)

    backups.restore(config, second, now=now, disconnects=True)

    moved = build_services(config)
    assert raw(moved.rows)["applications"].count == 0
    assert raw(moved.rows)["consents"].count == 0

"""After a rotation the first key alone opens everything, whatever happened in between."""

import base64
import os
import secrets
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from portal.config import Config, MicrosoftConfig
from portal.google import workspace
from portal.google.models import Application
from portal.microsoft365 import connections
from portal.microsoft365.application import applications
from portal.microsoft365.application import store as application_store
from portal.microsoft365.permissions import Feature
from portal.services import Services, build_services
from portal.upkeep import key_rotation
from portal.upkeep.declarations import SEALED
from portal.vault import SEALED_COLUMNS
from tests.support.needs import ROOT
from tests.support.raw_rows import raw
from tests.upkeep import rows

PEOPLE = [f"Person{number} Berg" for number in range(12)]


def add_key(config: Config) -> None:
    """A new key in the first line."""
    line = base64.b64encode(secrets.token_bytes(32)).decode()
    config.token_keys_file.write_text(f"{line}\n{config.token_keys_file.read_text()}")


def remove_old_keys(config: Config) -> None:
    first = config.token_keys_file.read_text().splitlines()[0]
    config.token_keys_file.write_text(first + "\n")


def refresh_tokens(services: Services) -> list[str | None]:
    found = []
    for row in raw(services.rows).query("select user_id from connections order by rowid"):
        connection = connections.usable(services.rows, row["user_id"], Feature.EMAIL_SYNC)
        found.append(connections.refresh_token(services.vault, connection))
    return found


def expected_tokens() -> list[str]:
    return [f"{rows.TOKENS['refresh_token']} {name.split()[0].lower()}" for name in PEOPLE]


def connect_all(services: Services, now: datetime) -> None:
    for name in PEOPLE:
        rows.connect(services, name, now=now)
    rows.start_flow(services, now=now)


def spoil(services: Services, user_id: str) -> None:
    """As if the value had been moved here from another row."""
    raw(services.rows).execute(
        "update connections set refresh_token = "
        "(select refresh_token from connections where user_id <> ? limit 1) where user_id = ?",
        [user_id, user_id],
    )


def test_old_key_is_not_needed_any_more(services: Services, now: datetime) -> None:
    connect_all(services, now)
    add_key(services.config)

    done = key_rotation.rotate(services, now=now)

    remove_old_keys(services.config)
    assert (done.count, done.lapsed) == (2 * len(PEOPLE) + 2, ())
    assert refresh_tokens(build_services(services.config)) == expected_tokens()


def test_application_at_google_opens_with_the_new_key(services: Services, now: datetime) -> None:
    application = Application("client", "a secret", "northwind.example")
    rows.switch_to_google(services, application, now=now)
    add_key(services.config)

    key_rotation.rotate(services, now=now)

    remove_old_keys(services.config)
    moved = build_services(services.config)
    assert workspace.in_force(moved.rows, moved.vault) == application


def test_rotation_again_has_nothing_to_do(services: Services, now: datetime) -> None:
    connect_all(services, now)
    add_key(services.config)
    key_rotation.rotate(services, now=now)

    done = key_rotation.rotate(services, now=now)

    assert (done.count, done.lapsed) == (0, ())


def test_every_sealed_column_is_walked() -> None:
    walked = {(sealed.table, column) for sealed in SEALED for column in sealed.columns}

    assert walked == set(SEALED_COLUMNS)


def test_value_that_does_not_open_lapses_and_the_others_go_on(
    services: Services, now: datetime
) -> None:
    connect_all(services, now)
    spoil(services, "person3")
    add_key(services.config)

    done = key_rotation.rotate(services, now=now)

    remove_old_keys(services.config)
    assert done.lapsed == ("person3@northwind.example",)
    moved = build_services(services.config)
    lapsed = raw(moved.rows).query(
        "select user_id, refresh_token from connections where state = 'lapsed'"
    )
    assert [tuple(row.values()) for row in lapsed] == [("person3", None)]
    raw(moved.rows).execute("delete from connections where user_id = 'person3'")
    assert refresh_tokens(moved) == [t for t in expected_tokens() if not t.endswith("person3")]


def test_rotation_records_each_secret_that_no_key_opens_once(
    services: Services, now: datetime
) -> None:
    connect_all(services, now)
    spoil(services, "person3")
    add_key(services.config)

    key_rotation.rotate(services, now=now)
    key_rotation.rotate(services, now=now)

    noted = raw(services.rows).query(
        "select target, result from audit_log where action = 'secret unreadable'"
    )
    assert [tuple(row.values()) for row in noted] == [
        ("refresh token of a Microsoft 365 connection", "failed")
    ]


def test_application_at_microsoft_opens_with_the_new_key(services: Services, now: datetime) -> None:
    rows.enter_application(services, "a secret", now=now)
    add_key(services.config)

    key_rotation.rotate(services, now=now)

    remove_old_keys(services.config)
    moved = build_services(services.config)
    _, found = applications.in_force(moved.rows, moved.vault, MicrosoftConfig())
    assert found.client_secret == "a secret"


def test_application_that_no_key_opens_is_named(services: Services, now: datetime) -> None:
    rows.enter_application(services, "a secret", now=now)
    raw(services.rows).execute("update applications set client_secret = '1.other.key'")

    done = key_rotation.rotate(services, now=now)

    assert done.lapsed == ("the application at Microsoft, which has to be entered again",)
    assert application_store.application(services.rows) is None


def test_rotation_bumps_versions_so_that_a_renewal_under_way_loses(
    services: Services, now: datetime
) -> None:
    """It read the old value, and would put it back."""
    rows.connect(services, "Priya Kaur", now=now)
    before = connections.usable(services.rows, "priya", Feature.EMAIL_SYNC).version
    add_key(services.config)

    key_rotation.rotate(services, now=now)

    assert connections.usable(services.rows, "priya", Feature.EMAIL_SYNC).version > before


def test_program_that_runs_takes_the_new_key(services: Services, now: datetime) -> None:
    """Web and workers are not restarted for a rotation, nor after it."""
    running = build_services(services.config)
    connect_all(services, now)
    add_key(services.config)
    key_rotation.rotate(services, now=now)
    remove_old_keys(services.config)

    rows.connect(running, "Rosa Lund", now=now)

    assert refresh_tokens(running)[:-1] == expected_tokens()
    assert refresh_tokens(build_services(services.config))[-1] == "a refresh token of rosa"


@pytest.mark.parametrize("content", ["", "half a k", "\n\n"])
def test_keys_file_half_written_changes_nothing(
    services: Services, now: datetime, content: str
) -> None:
    rows.connect(services, "Priya Kaur", now=now)
    whole = services.config.token_keys_file.read_text()
    services.config.token_keys_file.write_text(content)

    meanwhile = refresh_tokens(services)

    services.config.token_keys_file.write_text(whole)
    assert meanwhile == refresh_tokens(services) == ["a refresh token of priya"]


def test_rotation_that_is_killed_is_finished_by_the_next(
    services: Services, settings: dict[str, str], now: datetime, tmp_path: Path
) -> None:
    connect_all(services, now)
    add_key(services.config)
    environment = {"PATH": os.environ["PATH"], **settings}
    codes = []
    for killed_after in (1, 3, 7, 12, 13, 99):
        done = subprocess.run(
            [sys.executable, "-m", "tests.upkeep.rotator", str(killed_after)],
            cwd=ROOT, env=environment, check=False, timeout=60,
        )  # fmt: skip  # one to a line says no more
        codes.append(done.returncode)
        assert refresh_tokens(build_services(services.config)) == expected_tokens()

    assert codes == [-signal.SIGKILL] * 5 + [0]
    remove_old_keys(services.config)
    assert refresh_tokens(build_services(services.config)) == expected_tokens()

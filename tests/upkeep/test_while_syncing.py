"""A backup taken in the middle of a first sync goes on elsewhere without a gap or a double."""

import dataclasses
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from portal.services import build_services
from sandbox.mail import delivery, folders
from tests.corpus.environment import (
    Environment,
    open_environment,
    running_worker,
    wait_until_idle,
)
from tests.email.environment import PRIYA, ROSA, raw_message
from tests.support.needs import ROOT
from tests.support.raw_rows import raw

FOLDERS = 10
MESSAGES = 40  # in each folder; every fourth is with Rosa
IN_BETWEEN = 3  # arrive after the backup was taken


def console(environment: Environment, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **environment.variables},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip  # one to a line says no more
    assert done.returncode == 0, done.stderr
    return done.stdout


def message_id(place: int, number: int) -> str:
    return f"<{place}.{number}@mail.example>"


def fill(environment: Environment) -> list[str]:
    """A mailbox of some hundred messages; the ids of those with Rosa."""
    state, oid = environment.sandbox.state, environment.sandbox.oid(PRIYA)
    root = folders.folder_id(oid, "msgfolderroot")
    expected = []
    for place in range(FOLDERS):
        with state.write():
            folders.create(state, oid, root, f"Folder {place}")
            for number in range(MESSAGES):
                is_wanted = number % 4 == 0
                sender = ROSA if is_wanted else "news@shop.example"
                raw = raw_message("Hello", sender=sender, message_id=message_id(place, number))
                delivery.deliver(state, PRIYA, raw, folder=f"Folder {place}")
                expected += [message_id(place, number)] if is_wanted else []
    return expected


def arrive(environment: Environment) -> list[str]:
    """Messages between the backup and the restore; the ids of those with Rosa."""
    found = []
    for number in range(IN_BETWEEN):
        found.append(message_id(99, number))
        for sender, identity in ((ROSA, found[-1]), ("news@shop.example", None)):
            raw = raw_message("Later", sender=sender, message_id=identity)
            delivery.deliver(environment.sandbox.state, PRIYA, raw, folder=f"Folder {number}")
    return found


def people(environment: Environment) -> str:
    """Priya, connected as she does it in the browser, and Rosa; Rosa's id."""
    user_id = environment.add_member(
        "Priya Kaur", "someone@northwind.example", ["someone@x.example"]
    )
    raw(environment.services.rows).execute(
        "update users set object_id = ?, address = ? where id = ?",
        [environment.sandbox.oid(PRIYA), PRIYA, user_id],
    )
    rosa = environment.add_candidate("Rosa Ortega", [ROSA])
    environment.connect(user_id, PRIYA)
    return rosa


def wait_for_rows(environment: Environment, *, least: int) -> int:
    deadline = time.monotonic() + 60
    while (count := raw(environment.services.rows)["message_copies"].count) < least:
        assert time.monotonic() < deadline, count
        time.sleep(0.01)
    return int(count)


def elsewhere(environment: Environment, folder: Path) -> Environment:
    """Another machine: a new folder, into which somebody puts the keys."""
    folder.mkdir(mode=0o700)
    for key in ("token.keys", "secret.key"):
        shutil.copy2(environment.services.config.instance / key, folder / key)
    return dataclasses.replace(
        environment, variables={**environment.variables, "PORTAL_INSTANCE": str(folder)}
    )


def opened(environment: Environment) -> Environment:
    config = dataclasses.replace(
        environment.services.config,
        instance=Path(environment.variables["PORTAL_INSTANCE"]),
        token_keys=(),
    )
    return dataclasses.replace(environment, services=build_services(config))


def copies(environment: Environment) -> Sequence[str]:
    rows = raw(environment.services.rows).query(
        "select m.internet_message_id as id from message_copies c "
        "join messages m on m.id = c.message_id order by 1"
    )
    return [row["id"] for row in rows]


def left_out(environment: Environment) -> int:
    return sum(row["count"] for row in raw(environment.services.rows)["left_out"].rows)


@pytest.mark.parametrize("least", [1, 55], ids=["at its beginning", "in its middle"])
def test_backup_of_a_running_sync_goes_on_elsewhere(tmp_path: Path, least: int) -> None:
    backup = tmp_path / "backup.db"
    with open_environment(tmp_path / "first") as first:
        expected = fill(first)
        rosa = people(first)
        first.sandbox.control("POST", "faults", {"path": "/v1.0/", "delayMs": 30})
        with running_worker(first, log=tmp_path / "first.log"):
            wait_for_rows(first, least=least)
            # The backup starts a program of its own. The sync must not end before it is taken.
            first.sandbox.control("DELETE", "faults")
            first.sandbox.control("POST", "faults", {"path": "/v1.0/", "delayMs": 4000})
            console(first, "backup", str(backup))
            first.sandbox.control("DELETE", "faults")
            wait_until_idle(first, seconds=90)  # what the backup does not know happened as well
        expected += arrive(first)

        second = elsewhere(first, tmp_path / "second")
        console(second, "restore", str(backup))
        second = opened(second)
        at_first = len(copies(second))
        with running_worker(second, log=tmp_path / "second.log"):
            wait_until_idle(second, seconds=90)

        assert 0 < at_first < len(expected) - IN_BETWEEN  # taken in the middle indeed
        assert sorted(second.feeds()[rosa]) == sorted(expected)
        assert copies(second) == sorted(expected)
        row = next(iter(raw(second.services.rows)["mailboxes"].rows))
        looked = FOLDERS * MESSAGES + 2 * IN_BETWEEN
        assert row["kept_count"] == len(expected)
        assert row["read_count"] == looked
        assert left_out(second) == looked - len(expected)

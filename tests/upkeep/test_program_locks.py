"""A restore notices every program that has the rows open, and lets none start."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from portal.services import Services
from portal.upkeep import backups, program_locks
from tests.browser.demo import free_ports
from tests.support.commands import flask
from tests.support.needs import ROOT
from tests.upkeep import rows

WORKER = ("flask", "--app", "wsgi", "worker")
WEB = ("gunicorn", "--workers", "1", "wsgi:app")
PATIENCE = 30


@contextmanager
def started(
    program: tuple[str, ...], settings: dict[str, str], lock: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Wait until it holds its lock, which is before it reads the rows."""
    name, *words = program
    bind = {"GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{free_ports(1)[0]}"}
    begun = subprocess.Popen(
        [sys.executable, "-m", name, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **settings, **bind},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not lock.exists():
            assert time.monotonic() < deadline
            assert begun.poll() is None
            time.sleep(0.05)
        time.sleep(0.2)  # between making the file and locking it
        yield begun
    finally:
        begun.terminate()
        begun.wait(PATIENCE)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["/opt/portal/.venv/bin/gunicorn", "wsgi:app"], "web"),
        (["/usr/lib/python3/gunicorn/__main__.py", "wsgi:app"], "web"),
        (["/opt/portal/.venv/bin/flask", "--app", "wsgi", "run"], "web"),
        (["/opt/portal/.venv/bin/flask", "--app", "wsgi", "worker"], "worker"),
        (["/usr/lib/python3/flask/__main__.py", "--app", "wsgi", "worker"], "worker"),
        (["/opt/portal/.venv/bin/flask", "--app", "wsgi", "rotate-keys"], "command"),
        (["/opt/portal/.venv/bin/flask", "--debug", "-A", "wsgi", "backup", "run"], "command"),
        (["/opt/portal/.venv/bin/flask", "--app", "worker", "doctor"], "command"),
        (["/opt/portal/.venv/bin/flask", "--help"], "command"),
    ],
)
def test_program_is_known_by_how_it_was_started(arguments: list[str], name: str) -> None:
    assert program_locks.program(arguments) == name


@pytest.mark.parametrize(
    ("program", "name", "sentence"),
    [
        (WORKER, "worker", "A worker is running. Stop it first (systemctl stop portal-worker)"),
        (WEB, "web", "The web is running. Stop it first (systemctl stop portal-web)"),
    ],
    ids=["worker", "web"],
)
def test_restore_is_refused_while_a_program_runs(
    settings: dict[str, str],
    services: Services,
    backup: Path,
    now: datetime,
    program: tuple[str, ...],
    name: str,
    sentence: str,
) -> None:
    rows.connect(services, "Kim Lund", now=now)
    with started(program, settings, services.config.instance / f"{name}.lock") as begun:
        refused = flask(settings, "restore", str(backup))
        kept = rows.names(services)
        begun.kill()
        begun.wait(PATIENCE)

    assert refused.returncode == 1, refused.stderr
    assert sentence in refused.stderr, refused.stderr
    assert kept == ["Kim Lund", "Priya Kaur"]
    assert list(services.config.instance.glob("portal.db.before-restore-*")) == []


def test_killed_worker_is_not_waited_for(
    settings: dict[str, str], services: Services, backup: Path
) -> None:
    with started(WORKER, settings, services.config.instance / "worker.lock") as begun:
        begun.kill()
        begun.wait(PATIENCE)

        done = flask(settings, "restore", str(backup))

    assert done.returncode == 0, done.stderr
    assert "holds the rows" in done.stdout, done.stderr


def test_restore_goes_on_when_it_is_forced(
    services: Services, backup: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_locks, "_held", [])
    program_locks.hold(services.config.instance, "worker")
    with pytest.raises(program_locks.StillRunning):
        backups.restore(services.config, backup, now=now)

    backups.restore(services.config, backup, now=now, is_forced=True)

    assert rows.names(services) == ["Priya Kaur"]
    for number in program_locks._held:
        os.close(number)


def test_no_program_starts_during_a_restore(settings: dict[str, str], services: Services) -> None:
    with program_locks.nobody_else(services.config.instance):
        refused = flask(settings, "migrate")

    assert refused.returncode == 1
    assert "A backup is being restored. Start again when that is done." in refused.stderr
    assert flask(settings, "migrate").returncode == 0


def test_two_programs_run_beside_each_other(settings: dict[str, str], services: Services) -> None:
    with started(WORKER, settings, services.config.instance / "worker.lock"):
        assert flask(settings, "migrate").returncode == 0

"""`python -m demo`, started and stopped as on a command line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from demo import __main__ as demo
from demo.programs import ROOT, is_free, start
from portal.storage.database import open_file
from portal.storage.sqlite_rows import SqliteRows
from tests.browser.demo import free_ports

PATIENCE = 90


@pytest.fixture
def ports() -> tuple[int, int]:
    portal, sandbox = free_ports(2)
    return portal, sandbox


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    """Let started programs receive Ctrl-C, even if a shell runs the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def running(tmp_path: Path, ports: tuple[int, int]) -> Iterator[subprocess.Popen[str]]:
    process = started(tmp_path, ports)
    yield process
    process.terminate()  # a kill would leave its three programs running
    process.communicate(timeout=30)


def started(folder: Path, ports: tuple[int, int]) -> subprocess.Popen[str]:
    settings = {
        "PORTAL_PORT": str(ports[0]),
        "SANDBOX_PORT": str(ports[1]),
        "PORTAL_INSTANCE": str(folder),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def words_until(process: subprocess.Popen[str], last: str) -> str:
    """Return the output up to the line with these words."""
    said = ""
    deadline = time.monotonic() + PATIENCE
    assert process.stdout is not None
    while last not in said and time.monotonic() < deadline:
        line = process.stdout.readline()
        if not line:
            break
        said += line
    return said


def invitations(sandbox_port: int) -> set[str]:
    """The people whom the demo's worker invited, as the practice tenant recorded it."""
    found: set[str] = set()
    deadline = time.monotonic() + PATIENCE
    while len(found) < 3 and time.monotonic() < deadline:
        time.sleep(0.5)
        address = f"http://localhost:{sandbox_port}/_sandbox/invitations"
        mails = requests.get(address, timeout=10).json()["value"]
        found = {each["address"] for each in mails if each["kind"] == "request"}
    return found


def test_demo_starts_says_what_to_try_and_stops(
    running: subprocess.Popen[str], ports: tuple[int, int]
) -> None:
    welcome = words_until(running, "to start again")
    health = requests.get(f"http://localhost:{ports[0]}/healthz", timeout=10)
    invited = invitations(ports[1])
    running.send_signal(signal.SIGINT)
    farewell, _ = running.communicate(timeout=30)

    assert f"Portal is at   http://localhost:{ports[0]}" in welcome
    assert health.status_code == 200
    assert invited == {
        "kim@northwind.example",
        "mei.tanaka@post.example",
        "priya@northwind.example",
    }
    assert (farewell.strip(), running.returncode) == ("Stopping ...", 0)
    assert [is_free(port) for port in ports] == [True, True]


def test_demo_goes_on_where_it_stopped(tmp_path: Path, ports: tuple[int, int]) -> None:
    codes = []
    for _ in range(2):
        process = started(tmp_path, ports)
        words_until(process, "to start again")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        codes.append(process.returncode)

    assert codes == [0, 0]


def test_folder_of_another_version_is_moved_aside(tmp_path: Path, ports: tuple[int, int]) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    old = SqliteRows(folder / "portal.db")
    old.execute("create table settings (key text primary key, value text not null)")
    old.close()
    process = started(tmp_path, ports)

    said = words_until(process, "to start again")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    (aside,) = tmp_path.glob("demo-before-*")
    assert f"That folder is kept as {aside};\nthe demo starts again in {folder}.\n" in said
    assert f"Portal is at   http://localhost:{ports[0]}" in said
    kept = open_file(aside / "portal.db", read_only=True)
    with closing(kept.conn):
        assert kept.table_names() == ["settings"]


def test_taken_port_is_said(tmp_path: Path, ports: tuple[int, int]) -> None:
    with socket.create_server(("127.0.0.1", ports[0])):
        process = started(tmp_path, ports)
        said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.strip() == (
        f"Port {ports[0]} is taken by another program. Stop that, or choose another port: "
        f"PORTAL_PORT={ports[0] + 1} make demo"
    )


def test_program_that_dies_ends_the_demo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "worker.log"
    worker = start("worker", ["no_such_module"], settings={}, log=log)

    code = demo.watch([worker])

    said = capsys.readouterr().err
    assert code == 1
    assert said.startswith("\nThe worker stopped, so the demo ends. It said:\n")
    assert said.endswith(f"No module named no_such_module\nThe whole log is {log}.\n")

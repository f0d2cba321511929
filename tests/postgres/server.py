"""A PostgreSQL of this machine: unprivileged, on loopback, in a folder that goes with it."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.demo import free_ports
from tests.support.needs import postgres_programs

# PostgreSQL refuses to run as root; Debian's package brings this account.
ACCOUNT = "postgres"
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "unix_socket_directories=",
)
MARK = re.compile(r"^@(\d+)$")
REFUSAL = re.compile(r"ERROR:\s+(.*)")


@dataclass(frozen=True)
class Postgres:
    """A server that runs, reached through psql."""

    programs: Path
    port: int

    def refusals(self, statements: Sequence[str]) -> dict[str, str]:
        """Send each statement; what the server says about those it refuses."""
        # `\g` sends also what has an open parenthesis, where psql would wait after `;`.
        script = "".join(f"\\warn @{at}\n{sql}\n\\g\n" for at, sql in enumerate(statements))
        ran = subprocess.run(
            [
                *(str(self.programs / "psql"), "--no-psqlrc", "--quiet", "--output", os.devnull),
                *("--host", "127.0.0.1", "--port", str(self.port)),
                *("--username", ACCOUNT, "--dbname", "postgres"),
            ],
            input=script,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        told = ran.stderr.splitlines()
        marks = [line for line in told if MARK.match(line)]
        if len(marks) != len(statements):
            raise ValueError(f"A quote stays open in: {statements[len(marks) - 1]}")
        return dict(_refused(statements, told))


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server with an empty database. Text sorts by code point there, as in SQLite."""
    programs = postgres_programs()
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as folder:
        data, (port,) = Path(folder) / "data", free_ports(1)
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT)
        _run(
            *(programs / "initdb", "--pgdata", data, "--username", ACCOUNT, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        options = " ".join(f"-c {setting}" for setting in (f"port={port}", *SETTINGS))
        control = (programs / "pg_ctl", "--pgdata", data, "--wait", "--silent")
        _run(*control, "--log", Path(folder) / "log", "--options", options, "start")
        try:
            yield Postgres(programs, port)
        finally:
            _run(*control, "--mode", "immediate", "stop")


def _run(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", ACCOUNT, "--", *words]
    subprocess.run(
        words,
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=120,
    )


def _refused(statements: Sequence[str], told: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The marks go the same way as the errors, so each error follows its statement's mark."""
    at = 0
    for line in told:
        mark, refusal = MARK.match(line), REFUSAL.search(line)
        if mark:
            at = int(mark[1])
        elif refusal:
            yield statements[at], refusal[1]

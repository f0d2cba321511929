"""Programs of the portal that are started, and killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.harness.fault_run import FaultRun
from tests.corpus.environment import ROOT

# Small pages, so that there are many moments between two of them.
WORKER = """
import wsgi
from portal.email import sync
from portal.worker import loop
sync.PAGE_SIZE = "odata.maxpagesize={size}"
loop.run_until_told(wsgi.app.extensions["portal"])
"""


def variables(run: FaultRun, **more: str) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if "PORTAL" not in key}
    return {**inherited, **run.environment.variables, "NO_PROXY": "localhost,127.0.0.1", **more}


def start(run: FaultRun, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
    with run.log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=variables(run, **more),
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def talking(run: FaultRun, *arguments: str) -> subprocess.Popen[bytes]:
    """One to which a line is written, and which answers."""
    with run.log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=variables(run),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
        )


def line_of(program: subprocess.Popen[bytes]) -> bytes:
    return program.stdout.readline() if program.stdout else b""


def tell(program: subprocess.Popen[bytes], line: str = "") -> None:
    """Go on."""
    if program.stdin:
        program.stdin.write(line.encode() + b"\n")
        program.stdin.flush()


def peak_memory(program: subprocess.Popen[bytes]) -> int:
    """The most that it ever held, in bytes; 0 where the system does not tell."""
    status = Path(f"/proc/{program.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def start_worker(run: FaultRun, *, page: int) -> subprocess.Popen[bytes]:
    return start(run, "-c", WORKER.format(size=page))


@contextmanager
def worker(run: FaultRun, *, page: int = 4) -> Iterator[subprocess.Popen[bytes]]:
    with ended(start_worker(run, page=page)) as running:
        yield running


@contextmanager
def clocked_worker(
    run: FaultRun, *, offset: int = 0, pace: int = 1, page: int = 4
) -> Iterator[subprocess.Popen[bytes]]:
    """Its clock is off by so many seconds, or so many times as fast."""
    arguments = ("-m", "faults.harness.clock_worker", str(offset), str(pace), str(page))
    with ended(start(run, *arguments)) as running:
        yield running


@contextmanager
def ended(running: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """As people end it."""
    try:
        yield running
    finally:
        running.terminate()
        running.wait(60)

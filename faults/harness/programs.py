"""Start programs of Portal, talk to them and stop them."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from faults.harness.fault_run import FaultRun
from tests.corpus.environment import ROOT, own_variables

# Small pages leave many moments between two pages.
WORKER = """
import wsgi
from portal.email import sync
from portal.worker import loop
sync.PAGE_SIZE = "odata.maxpagesize={size}"
loop.run_until_told(wsgi.app.extensions["portal"])
"""


def variables(run: FaultRun, **more: str) -> dict[str, str]:
    return {**own_variables(run.environment.variables), **more}


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
    return talk_to(arguments, variables(run), log=run.log)


def talk_to(
    arguments: Sequence[str], variables: Mapping[str, str], *, log: Path
) -> subprocess.Popen[bytes]:
    """Start a program that reads a line and answers with one."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
        )


def read_line(program: subprocess.Popen[bytes]) -> bytes:
    return program.stdout.readline() if program.stdout else b""


def write_line(program: subprocess.Popen[bytes], line: str = "") -> None:
    """Write one line to the program, which is waiting for it."""
    if program.stdin:
        program.stdin.write(line.encode() + b"\n")
        program.stdin.flush()


def peak_memory(program: subprocess.Popen[bytes]) -> int:
    """Peak memory in bytes; 0 where the system does not report it."""
    status = Path(f"/proc/{program.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def start_worker(run: FaultRun, *, page: int) -> subprocess.Popen[bytes]:
    return start(run, "-c", WORKER.format(size=page))


@contextmanager
def worker(run: FaultRun, *, page: int = 4) -> Iterator[subprocess.Popen[bytes]]:
    with stopping(start_worker(run, page=page)) as running:
        yield running


@contextmanager
def clock_worker(
    run: FaultRun, *, offset: int = 0, pace: int = 1, page: int = 4
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker whose clock is `offset` seconds off, or `pace` times as fast."""
    arguments = ("-m", "faults.harness.clock_worker", str(offset), str(pace), str(page))
    with stopping(start(run, *arguments)) as running:
        yield running


@contextmanager
def stopping(running: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Stop the program with SIGTERM, as an operator does."""
    try:
        yield running
    finally:
        running.terminate()
        running.wait(60)

"""Run Portal's commands, and other programs, beside a test."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.support.needs import ROOT

PATIENCE = 60.0


def flask(settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **settings},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip  # one to a line says no more


@contextmanager
def running(command: list[str], log: Path, port: int, **environ: str) -> Iterator[None]:
    """Run a program until the test is over. It listens when this begins."""
    with log.open("wb") as file:
        begun = subprocess.Popen(
            command, cwd=ROOT, env={"PATH": os.environ["PATH"], **environ}, stdout=file, stderr=file
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while begun.poll() is None and not is_listening(port):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        assert begun.poll() is None, log.read_text()
        yield
    finally:
        begun.terminate()
        begun.wait(30)


def is_listening(port: int) -> bool:
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0

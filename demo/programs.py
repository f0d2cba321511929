"""Start programs, wait until they answer, notice a dead one, and stop them all."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0


class NotStarted(Exception):
    """A program that did not start; its text names it and quotes its last output."""


@dataclass(frozen=True)
class Program:
    """A running child process; `log` collects its output."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def has_died(self) -> bool:
        return self.process.poll() is not None

    def last_words(self, lines: int = 15) -> str:
        text = self.log.read_text("utf-8", errors="replace")
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def start(name: str, command: Sequence[str], *, settings: Mapping[str, str], log: Path) -> Program:
    """Run `python -m …` in a process group of its own, so that Ctrl-C reaches only the demo."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**_inherited(), **settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Program(name, process, log)


def _inherited() -> dict[str, str]:
    """The current environment without settings of a real installation."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("MICROSOFT_")}
    own = {key: value for key, value in own.items() if not key.startswith("PORTAL_")}
    return {**own, "PYTHONUNBUFFERED": "1", "NO_PROXY": "localhost,127.0.0.1"}


def wait_until_it_answers(program: Program, address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(address):
        if program.has_died:
            raise NotStarted(
                f"The {program.name} stopped at once. It said:\n{program.last_words()}"
            )
        if time.monotonic() > deadline:
            raise NotStarted(
                f"The {program.name} does not answer at {address}. It said:\n{program.last_words()}"
            )
        time.sleep(0.1)


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as answer:
            return bool(answer.status < 400)
    except (urllib.error.URLError, OSError):
        return False


def stop(programs: Sequence[Program], *, patience: float = 10.0) -> None:
    """Terminate all programs, wait for them together, and kill those that remain."""
    running = [program for program in programs if not program.has_died]
    for program in running:
        program.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + patience
    for program in running:
        try:
            program.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(program.process.pid, signal.SIGKILL)
            program.process.wait()


def is_free(port: int) -> bool:
    """Whether no program listens on this port of this machine."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

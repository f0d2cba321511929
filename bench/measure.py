"""Measure in turns and compare medians: absolute times say nothing on a shared machine."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests

from bench.canned_mailbox import Plan

ROOT = Path(__file__).parent.parent
TURNS = 3


@dataclass(frozen=True)
class Outcome:
    """One goal: what was measured, what is wanted and whether it is reached.

    `is_reached` is None if the machine lacks what the measurement needs.
    """

    goal: str
    what: str
    measured: str
    wanted: str
    is_reached: bool | None

    def __str__(self) -> str:
        mark = {True: "reached", False: "NOT REACHED", None: "NOT MEASURED"}[self.is_reached]
        return f"{self.goal:>4}  {self.what:<58} {self.measured:>16}  {self.wanted:<14} {mark}"


def in_turns(one: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    """Return both medians, measured A B A B so that drift of the machine affects both alike."""
    ones, others = [], []
    for _ in range(TURNS):
        ones.append(one())
        others.append(other())
    return statistics.median(ones), statistics.median(others)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Whether a server on this port answers with 200."""
    session = requests.Session()
    session.trust_env = False
    try:
        return session.get(f"http://localhost:{port}{path}", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


@contextmanager
def canned(**facts: Any) -> Iterator[str]:
    """Serve mailboxes from a process of their own; yield its address."""
    plan = Plan(port=free_port(), **facts)
    with serving_graph("bench.canned_mailbox", json.dumps(asdict(plan))):
        yield f"http://localhost:{plan.port}"


@contextmanager
def serving_graph(module: str, *arguments: str) -> Iterator[None]:
    """Run a canned Graph until the block ends; it prints a line when it is ready."""
    command = [sys.executable, "-m", module, *arguments]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=environment())
    try:
        if server.stdout is None or not server.stdout.readline():
            raise RuntimeError(f"{module} did not start")
        yield
    finally:
        server.kill()
        server.wait()


def environment() -> dict[str, str]:
    """The environment without proxies, since all programs run on this machine."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return {**kept, "PYTHONPATH": str(ROOT), "NO_PROXY": "localhost,127.0.0.1"}


def report(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module in its own process and return the JSON of its last line."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{module} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def folder() -> Iterator[Path]:
    """A private temporary folder."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        path = Path(name)
        path.chmod(0o700)
        yield path


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def growth(goal: str, what: str, peaks: Sequence[int]) -> Outcome:
    """How much the second peak of memory exceeds the first."""
    grown = peaks[1] - peaks[0]
    return Outcome(goal, what, f"+{grown} MB", "<= 10 MB", grown <= 10)

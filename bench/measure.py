"""Turns, medians and ratios: absolute times say nothing on a shared machine."""

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

from bench.canned_mailbox import Plan

ROOT = Path(__file__).parent.parent
TURNS = 3


@dataclass(frozen=True)
class Outcome:
    """One goal of the list: what was measured, what was wanted, whether it is reached.

    None where something that the measurement needs is not there.
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
    """Medians of both, A B A B, so that a drift of the machine meets both alike."""
    ones, others = [], []
    for _ in range(TURNS):
        ones.append(one())
        others.append(other())
    return statistics.median(ones), statistics.median(others)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@contextmanager
def canned(**facts: Any) -> Iterator[str]:
    """Serve mailboxes in a process of its own; yield its address."""
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
    """Without proxies, which have no business between two programs of this machine."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return {**kept, "PYTHONPATH": str(ROOT), "NO_PROXY": "localhost,127.0.0.1"}


def report(module: str, *arguments: str) -> dict[str, Any]:
    """Runs a module in a process of its own and reads the JSON that it prints last."""
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
    """A private folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        path = Path(name)
        path.chmod(0o700)
        yield path


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

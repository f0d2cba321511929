"""A full disk and a locked database."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.harness import fault_run, programs
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.outcome import Faults, Outcome

HOLD = """
import sys, time
from pathlib import Path
from portal.storage.database import write
from portal.storage.sqlite_rows import SqliteRows
with write(SqliteRows(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def _small_disk(megabytes: int) -> Iterator[Path | None]:
    """Mount a small disk; None where this user may not mount."""
    with tempfile.TemporaryDirectory() as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none", name]
        try:
            is_there = subprocess.run(command, capture_output=True).returncode == 0
        except FileNotFoundError:
            is_there = False
        try:
            yield Path(name) if is_there else None
        finally:
            if is_there:
                subprocess.run(["umount", "-l", name], check=True)  # noqa: S607  # found on the path


def disk_full(*, times: int = 3, messages: int = 100) -> Outcome:
    """While the disk is full, nothing is saved and no cursor moves past unsaved messages."""
    with _small_disk(16) as disk:
        if disk is None:
            return Outcome.because("a small disk can be mounted by root alone")
        with fault_run.one_mailbox(messages=0, folder=disk / "i") as run:
            for _ in range(times):
                # Long texts need pages that the database file does not have yet.
                run.deliver(messages, text="long " * 2000)
                run.make_due()
                _fill_in_the_middle(run, disk / "filler")
            run.recover()
            told = run.log.read_text().count("disk is full")
            if told < times:
                run.wrong.append(f"a full disk was told {told} times")
            return outcome_of(run, checked=f"told {told} times; {fault_run.CHECKED}")


def _fill_in_the_middle(run: FaultRun, filler: Path) -> None:
    before = run.messages_read
    with programs.worker(run):
        run.until_read(before + 8, "a sync was under way")
        _fill(filler)
        run.struck += 1
        time.sleep(4)
        filler.unlink()
        run.settle()


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def database_locked(*, times: int = 3, seconds: float = 5, messages: int = 120) -> Outcome:
    """Another process holds the write lock, once for longer than a write waits.

    A worker that starts then waits for the lock.
    """
    with fault_run.one_mailbox(messages=messages) as run, programs.worker(run):
        path = str(run.services.config.database_file)
        run.until(lambda: run.value("select count(*) from workers") > 0, "a worker ran")
        for number in range(times):
            held = seconds if number else seconds + 7
            holder = programs.talking(run, "-c", HOLD, path, str(held))
            programs.read_line(holder)
            run.deliver(10)
            run.struck += 1
            with programs.worker(run) as second:
                holder.wait(60)
                time.sleep(2)
                if second.poll() is not None:
                    run.wrong.append("a worker did not start while the database was locked")
        run.settle()
        run.recover()
        return outcome_of(run)


FAULTS: Faults = {
    "disk-full": disk_full,
    "database-locked": database_locked,
}

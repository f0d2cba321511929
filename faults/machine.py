"""What the machine does: a full disk, a locked database, keys that are gone."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults import office, programs
from faults.office import Scene
from faults.outcome import Outcome

HOLD = """
import sys, time
from pathlib import Path
from portal.storage.database import open_database, write
with write(open_database(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def _small_disk(megabytes: int) -> Iterator[Path | None]:
    """None where this user may not mount one."""
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


def disk_full(*, times: int = 3, letters: int = 100) -> Outcome:
    """Until somebody makes room nothing is kept, and nothing is taken for read either."""
    with _small_disk(16) as disk:
        if disk is None:
            return Outcome.because("a small disk can be mounted by root alone")
        with office.scene(letters=0, folder=disk / "i") as scene:
            for _ in range(times):
                # Long texts need pages that the file does not have yet.
                scene.deliver(letters, text="long " * 2000)
                scene.hurry()
                _fill_in_the_middle(scene, disk / "filler")
            scene.recover()
            told = scene.log.read_text().count("disk is full")
            if told < times:
                scene.wrong.append(f"a full disk was told {told} times")
            return scene.outcome(checked=f"told {told} times; {office.CHECKED}")


def _fill_in_the_middle(scene: Scene, filler: Path) -> None:
    before = scene.value(office.LOOKED)
    with programs.worker(scene):
        scene.until(lambda: scene.value(office.LOOKED) > before + 8, "a sync was under way")
        _fill(filler)
        scene.struck += 1
        time.sleep(4)
        filler.unlink()
        scene.settle()


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def database_locked(*, times: int = 3, seconds: float = 5, letters: int = 120) -> Outcome:
    """Another process holds the write lock for a while, and once for longer than a write waits.

    A worker that is started just then waits for it.
    """
    with office.scene(letters=letters) as scene, programs.worker(scene):
        path = str(scene.place.services.config.database_file)
        scene.until(lambda: scene.value("select count(*) from workers") > 0, "a worker ran")
        for number in range(times):
            held = seconds if number else seconds + 7
            holder = programs.talking(scene, "-c", HOLD, path, str(held))
            programs.line_of(holder)
            scene.deliver(10)
            scene.struck += 1
            with programs.worker(scene) as second:
                holder.wait(60)
                time.sleep(2)
                if second.poll() is not None:
                    scene.wrong.append("a worker did not start while the database was locked")
        scene.settle()
        scene.recover()
        return scene.outcome()


FAULTS = {
    "disk-full": disk_full,
    "database-locked": database_locked,
}

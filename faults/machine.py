"""What the machine does: a full disk, a locked database, keys that are gone."""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults import office, programs
from faults.office import Scene
from faults.outcome import Outcome
from portal.storage.database import open_database
from portal.storage.migrations import migrations
from portal.storage.upgrade import upgrade
from tests.corpus.office import ROOT

HOLD = """
import sys, time
from pathlib import Path
from portal.storage.database import open_database, write
with write(open_database(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
MIGRATE = """
import sys
from pathlib import Path
from portal.storage.database import open_database
from portal.storage.upgrade import upgrade
db = open_database(Path(sys.argv[1]))
print("open", flush=True)
upgrade(db, backups=Path(sys.argv[1]).parent / "backups")
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
    """Another process holds the write lock for a while, and once for longer than we wait."""
    with office.scene(letters=letters) as scene, programs.worker(scene):
        path = str(scene.place.services.config.database_file)
        scene.until(lambda: scene.value("select count(*) from workers") > 0, "a worker ran")
        for number in range(times):
            held = seconds if number else seconds + 7
            holder = programs.talking(scene, "-c", HOLD, path, str(held))
            programs.line_of(holder)
            scene.deliver(10)
            scene.struck += 1
            holder.wait(60)
        scene.settle()
        scene.recover()
        return scene.outcome()


def migration_killed(*, kills: int = 20) -> Outcome:
    """kill -9 at any moment of a migration: done by the next start, or not begun."""
    dice, wrong = random.Random(8), []  # noqa: S311  # the same moments each time
    with tempfile.TemporaryDirectory() as name:
        for number in range(kills):
            path = Path(name) / f"portal-{number}.db"
            command = [sys.executable, "-c", MIGRATE, str(path)]
            killed = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
            programs.line_of(killed)
            time.sleep(dice.uniform(0, 0.06))
            killed.kill()
            killed.communicate()
            db = open_database(path)
            upgrade(db, backups=Path(name) / "backups")
            state = next(iter(db.query("pragma integrity_check")))["integrity_check"]
            if state != "ok" or list(migrations.pending(db)):
                wrong.append(f"after kill {number}: {state}")
            db.conn.close()
    return Outcome(kills, "every table there, integrity ok", tuple(wrong))


FAULTS = {
    "disk-full": disk_full,
    "database-locked": database_locked,
    "migration-killed": migration_killed,
}

"""kill -9 before every single write and file of a backup and of a restore."""

from pathlib import Path

from faults import office
from faults.office import Scene
from faults.outcome import Outcome
from faults.striker import Striker, each_step, striker
from portal.storage.copies import copy_database, is_damaged, overwrite_database
from portal.storage.database import open_file

MARK = "insert into settings (key, value) values ('mark', ?)"
MARKED = "select value from settings where key = 'mark'"


def mark(path: Path) -> str:
    """What is written in a database, if it is one and whole."""
    if is_damaged(path):
        return "damaged"
    db = open_file(path, read_only=True)
    found = db.execute(MARKED).fetchone()
    db.conn.close()
    return str(found[0]) if found else ""


def backup_killed(*, every: int = 1) -> Outcome:
    """What is there under the name is a whole backup or plainly none; the next one is taken."""
    with office.scene(letters=20) as scene, striker(scene) as program:
        _settle_and_mark(scene, program, "kept")
        copy = scene.folder / "copy.db"

        def check(at: int) -> None:
            found = mark(copy) if copy.exists() and copy.stat().st_size else "kept"
            copy.unlink(missing_ok=True)
            again = program.strike("backup", path=str(copy))
            if (found, again[:4], mark(copy)) != ("kept", "done", "kept"):
                scene.wrong.append(f"step {at}: {found}, then {again}, then {mark(copy)}")

        steps = each_step(
            scene,
            lambda at: program.strike("backup", at=at, path=str(copy)),
            before=lambda: copy.unlink(missing_ok=True),
            after=check,
            every=every,
        )
        scene.recover_with(lambda: program.strike("due"))
        return scene.outcome(checked=f"all {steps} steps, backups whole; {office.CHECKED}")


def restore_killed(*, every: int = 1) -> Outcome:
    """The rows are those of before or those of the backup, whole; the next restore gets through."""
    with office.scene(letters=20) as scene, striker(scene) as program:
        config = scene.place.services.config
        copy, present = scene.folder / "copy.db", scene.folder / "present.db"
        _settle_and_mark(scene, program, "backup")
        copy_database(config.database_file, copy)
        scene.deliver(5)
        scene.place.services.db.execute("update settings set value = 'now' where key = 'mark'")
        copy_database(config.database_file, present)

        def prepare() -> None:
            overwrite_database(present, config.database_file)
            for each in config.instance.glob("portal.db.*"):
                each.unlink()

        def check(at: int) -> None:
            found = mark(config.database_file)
            again = program.strike("restore", path=str(copy))
            left = [each.name for each in config.instance.glob("portal.db.restoring*")]
            asides = [each for each in config.instance.glob("*before-restore*") if _size(each)]
            kept = {mark(each) for each in asides}
            if found not in ("now", "backup") or again[:4] != "done" or left:
                scene.wrong.append(f"step {at}: {found}, then {again}, left {left}")
            if "now" not in kept or not kept <= {"now", "backup"}:
                scene.wrong.append(f"step {at}: the rows of before are not kept: {kept}")

        steps = each_step(
            scene,
            lambda at: program.strike("restore", at=at, path=str(copy)),
            before=prepare,
            after=check,
            every=every,
        )
        scene.recover_with(lambda: program.strike("due"))
        return scene.outcome(checked=f"all {steps} steps, old rows or new; {office.CHECKED}")


def _size(path: Path) -> int:
    return path.stat().st_size


def _settle_and_mark(scene: Scene, program: Striker, word: str) -> None:
    scene.settle_with(lambda: program.strike("due"))
    scene.place.services.db.execute(MARK, [word])


FAULTS = {
    "backup-killed": backup_killed,
    "restore-killed": restore_killed,
}

"""kill -9 before every write and file operation of a backup and of a restore."""

from contextlib import closing
from pathlib import Path

from faults.harness import fault_run
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import KillDriver, kill_at_each_step, kill_driver
from portal.storage.copies import copy_database, is_damaged, overwrite_database
from portal.storage.sqlite_rows import SqliteRows

MARK = "insert into settings (key, value) values ('mark', ?)"
MARKED = "select value from settings where key = 'mark'"


def mark(path: Path) -> str:
    """Read the mark in a database; "damaged" if the file is not a whole database."""
    if is_damaged(path):
        return "damaged"
    with closing(SqliteRows.at_rest(path, read_only=True)) as rows:
        return rows.value(str, MARKED) or ""


def backup_killed(*, every: int = 1) -> Outcome:
    """The target is a whole backup or clearly none; the next backup succeeds."""
    with fault_run.one_mailbox(messages=20) as run, kill_driver(run) as driver:
        _settle_and_mark(run, driver, "kept")
        copy = run.folder / "copy.db"

        def check(step: int) -> None:
            found = mark(copy) if copy.exists() and copy.stat().st_size else "kept"
            copy.unlink(missing_ok=True)
            again = driver.do("backup", path=str(copy))
            if (found, again[:4], mark(copy)) != ("kept", "done", "kept"):
                run.wrong.append(f"step {step}: {found}, then {again}, then {mark(copy)}")

        steps = kill_at_each_step(
            run,
            lambda step: driver.do("backup", kill_at=step, path=str(copy)),
            before=lambda: copy.unlink(missing_ok=True),
            after=check,
            every=every,
        )
        run.recover_with(driver.do_due)
        return outcome_of(run, checked=f"all {steps} steps, backups whole; {fault_run.CHECKED}")


def restore_killed(*, every: int = 1) -> Outcome:
    """The database holds all old rows or all of the backup; the next restore succeeds."""
    with fault_run.one_mailbox(messages=20) as run, kill_driver(run) as driver:
        config = run.services.config
        copy, present = run.folder / "copy.db", run.folder / "present.db"
        _settle_and_mark(run, driver, "backup")
        copy_database(config.database_file, copy)
        run.deliver(5)
        run.change("update settings set value = 'now' where key = 'mark'")
        copy_database(config.database_file, present)

        def prepare() -> None:
            overwrite_database(present, config.database_file)
            for each in config.instance.glob("portal.db.*"):
                each.unlink()

        def check(step: int) -> None:
            found = mark(config.database_file)
            again = driver.do("restore", path=str(copy))
            wrong = _wrong_after_restore(config.instance, found, again)
            run.wrong += [f"step {step}: {each}" for each in wrong]

        steps = kill_at_each_step(
            run,
            lambda step: driver.do("restore", kill_at=step, path=str(copy)),
            before=prepare,
            after=check,
            every=every,
        )
        run.recover_with(driver.do_due)
        return outcome_of(run, checked=f"all {steps} steps, old rows or new; {fault_run.CHECKED}")


def _wrong_after_restore(instance: Path, found: str, again: str) -> list[str]:
    """Compare the mark after the kill, the answer of the next restore, and the files."""
    left = [each.name for each in instance.glob("portal.db.restoring*")]
    asides = [each for each in instance.glob("*before-restore*") if _size(each)]
    kept = {mark(each) for each in asides}
    wrong = []
    if found not in ("now", "backup") or again[:4] != "done" or left:
        wrong.append(f"{found}, then {again}, left {left}")
    if "now" not in kept or not kept <= {"now", "backup"}:
        wrong.append(f"the rows of before are not kept: {kept}")
    return wrong


def _size(path: Path) -> int:
    return path.stat().st_size


def _settle_and_mark(run: FaultRun, driver: KillDriver, word: str) -> None:
    run.settle_with(driver.do_due)
    run.change(MARK, [word])


FAULTS: Faults = {
    "backup-killed": backup_killed,
    "restore-killed": restore_killed,
}

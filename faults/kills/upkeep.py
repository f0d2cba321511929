"""kill -9 before every write and file operation of a migration and of a key rotation."""

import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from faults.harness import fault_run
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.outcome import Faults, Outcome
from faults.kills.copies import MARK, MARKED, mark
from faults.kills.kill_driver import KillDriver, kill_at_each_step, kill_driver
from portal.key_files import read_token_keys
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature
from portal.storage.copies import copy_database, is_damaged, overwrite_database
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import pending, upgrade
from portal.vault import Vault
from tests.storage.made_up import TOMORROW

OTHERS = 6


def migration_killed(*, every: int = 1) -> Outcome:
    """From an empty folder and from an older database: the next start finishes the migration."""
    with fault_run.one_mailbox(messages=0) as run, kill_driver(run) as driver:
        from_nothing = _killed_migrating(run, driver, is_older=False, every=every)
        from_older = _killed_migrating(run, driver, is_older=True, every=every)
        return Outcome(
            run.struck,
            f"all {from_nothing} steps from nothing, {from_older} from older rows; every table,"
            " row and backup whole",
            tuple(run.wrong),
        )


def _killed_migrating(run: FaultRun, driver: KillDriver, *, is_older: bool, every: int) -> int:
    path = run.folder / f"older-{is_older}" / "portal.db"
    path.parent.mkdir()

    def prepare() -> None:
        _remove(path.parent)
        if is_older:
            _make_older(path)

    def check(step: int) -> None:
        run.wrong += [f"step {step}: {each}" for each in _migrated(path, is_older)]

    return kill_at_each_step(
        run,
        lambda step: driver.do("migrate", kill_at=step, path=str(path)),
        before=prepare,
        after=check,
        every=every,
    )


def _remove(folder: Path) -> None:
    for path in [*folder.glob("backups/*"), *folder.glob("portal.db*")]:
        path.unlink()


def _make_older(path: Path) -> None:
    rows = SqliteRows(path)
    upgrade(rows, backups=None)
    with rows.write():
        rows.execute(MARK, ["kept"])
    rows.close()


def _migrated(path: Path, is_older: bool) -> list[str]:
    """Migrate again and report what is wrong afterwards."""
    rows = SqliteRows(path)
    upgrade(rows, backups=path.parent / "backups", migrations=TOMORROW)
    missing = [each.name for each in pending(rows, TOMORROW)]
    kept = rows.value(str, MARKED)
    rows.close()
    copies = list(path.parent.glob("backups/*.db"))
    wrong = [f"{name} is missing" for name in missing]
    wrong += ["the database is damaged"] if is_damaged(path) else []
    wrong += ["a row was lost"] if is_older and kept != "kept" else []
    wrong += ["no backup is there"] if is_older and not copies else []
    return wrong + [f"{each.name} is no whole backup" for each in copies if mark(each) != "kept"]


def rotation_killed(*, every: int = 1) -> Outcome:
    """After the next rotation the new key alone opens every token, and no token has changed."""
    with fault_run.one_mailbox(messages=3) as run, kill_driver(run) as driver:
        _connect_others(run)
        config = run.services.config
        keys, pristine = config.token_keys_file, run.folder / "pristine.db"
        copy_database(config.database_file, pristine)
        new = urlsafe_b64encode(secrets.token_bytes(32)) + b"\n"
        both, expected = new + keys.read_bytes(), _tokens(run, keys)

        def prepare() -> None:
            overwrite_database(pristine, config.database_file)
            keys.write_bytes(both)

        def check(step: int) -> None:
            if not driver.do("rotate").startswith("done"):
                run.wrong.append(f"step {step}: the keys could not be changed afterwards")
            keys.write_bytes(new)
            if _tokens(run, keys) != expected:
                run.wrong.append(f"step {step}: an authorization was lost")

        steps = kill_at_each_step(
            run,
            lambda step: driver.do("rotate", kill_at=step),
            before=prepare,
            after=check,
            every=every,
        )
        keys.write_bytes(new)
        run.recover_with(driver.do_due)
        return outcome_of(
            run,
            checked=f"all {steps} steps; {OTHERS + 1} authorizations the same; {fault_run.CHECKED}",
        )


def _connect_others(run: FaultRun) -> None:
    for number in range(OTHERS):
        upn = f"other{number}@northwind.example"
        user_id = run.environment.add_member(f"Other {number}", upn, [upn])
        run.environment.connect(user_id, upn)


def _tokens(run: FaultRun, keys: Path) -> list[tuple[str | None, str | None]]:
    rows, vault = run.services.rows, Vault(read_token_keys(keys))
    people = rows.all(str, "select user_id from connections order by 1")
    found = [connections.usable(rows, each, Feature.EMAIL_SYNC) for each in people]
    return [
        (connections.access_token(vault, each), connections.refresh_token(vault, each))
        for each in found
    ]


FAULTS: Faults = {
    "migration-killed": migration_killed,
    "rotation-killed": rotation_killed,
}

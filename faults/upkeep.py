"""kill -9 before every single write and file of a migration and of a change of keys."""

import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from faults import office
from faults.copies import MARK, MARKED, mark
from faults.office import Scene
from faults.outcome import Outcome
from faults.striker import each_step, striker
from portal.config import read_token_keys
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature
from portal.storage.copies import copy_database, is_damaged, overwrite_database
from portal.storage.database import open_database
from portal.storage.migrations import migrations
from portal.storage.upgrade import upgrade
from portal.vault import Vault

OTHERS = 6


def migration_killed(*, every: int = 1) -> Outcome:
    """From nothing, and from an older portal with a backup first: done by the next start."""
    with office.scene(letters=0) as scene, striker(scene) as program:
        steps = []
        for is_older in (False, True):
            path = scene.folder / f"older-{is_older}" / "portal.db"
            path.parent.mkdir()

            def prepare(path: Path = path, is_older: bool = is_older) -> None:
                _remove(path.parent)
                if is_older:
                    _make_older(path)

            def check(at: int, path: Path = path, is_older: bool = is_older) -> None:
                scene.wrong += [f"step {at}: {each}" for each in _migrated(path, is_older)]

            steps.append(
                each_step(
                    scene,
                    lambda at, path=path: program.strike("migrate", at=at, path=str(path)),
                    before=prepare,
                    after=check,
                    every=every,
                )
            )
        return Outcome(
            scene.struck,
            f"all {steps[0]} steps from nothing, {steps[1]} from older rows; every table, row and"
            " backup whole",
            tuple(scene.wrong),
        )


def _remove(folder: Path) -> None:
    for path in [*folder.glob("backups/*"), *folder.glob("portal.db*")]:
        path.unlink()


def _make_older(path: Path) -> None:
    db = open_database(path)
    names = [each.name for each in migrations.pending(db)]
    migrations.apply(db, stop_before=names[len(names) // 2])
    db.execute(MARK, ["kept"])
    db.conn.close()


def _migrated(path: Path, is_older: bool) -> list[str]:
    """What is wrong after the next start."""
    db = open_database(path)
    upgrade(db, backups=path.parent / "backups")
    pending = [each.name for each in migrations.pending(db)]
    kept = db.execute(MARKED).fetchall()
    db.conn.close()
    copies = list(path.parent.glob("backups/*.db"))
    wrong = [f"{name} is missing" for name in pending]
    wrong += ["the database is damaged"] if is_damaged(path) else []
    wrong += ["a row was lost"] if is_older and kept != [("kept",)] else []
    wrong += ["no backup is there"] if is_older and not copies else []
    return wrong + [f"{each.name} is no whole backup" for each in copies if mark(each) != "kept"]


def rotation_killed(*, every: int = 1) -> Outcome:
    """After the next rotation the first key alone opens every token, and each is the same."""
    with office.scene(letters=3) as scene, striker(scene) as program:
        for number in range(OTHERS):
            upn = f"other{number}@northwind.example"
            scene.place.connect(scene.place.add_member(f"Other {number}", upn, [upn]), upn)
        config = scene.place.services.config
        keys, pristine = config.token_keys_file, scene.folder / "pristine.db"
        copy_database(config.database_file, pristine)
        new = urlsafe_b64encode(secrets.token_bytes(32)) + b"\n"
        both, expected = new + keys.read_bytes(), _tokens(scene, keys)

        def prepare() -> None:
            overwrite_database(pristine, config.database_file)
            keys.write_bytes(both)

        def check(at: int) -> None:
            if not program.strike("rotate").startswith("done"):
                scene.wrong.append(f"step {at}: the keys could not be changed afterwards")
            keys.write_bytes(new)
            if _tokens(scene, keys) != expected:
                scene.wrong.append(f"step {at}: an authorization was lost")

        steps = each_step(
            scene,
            lambda at: program.strike("rotate", at=at),
            before=prepare,
            after=check,
            every=every,
        )
        keys.write_bytes(new)
        scene.recover_with(lambda: program.strike("due"))
        return scene.outcome(
            checked=f"all {steps} steps; {OTHERS + 1} authorizations the same; {office.CHECKED}"
        )


def _tokens(scene: Scene, keys: Path) -> list[tuple[str | None, str | None]]:
    db, vault = scene.place.services.db, Vault(read_token_keys(keys))
    people = [row["user_id"] for row in db.query("select user_id from connections order by 1")]
    found = [connections.usable(db, each, Feature.EMAIL_SYNC) for each in people]
    return [
        (connections.access_token(vault, each), connections.refresh_token(vault, each))
        for each in found
    ]


FAULTS = {
    "migration-killed": migration_killed,
    "rotation-killed": rotation_killed,
}

"""kill -9 before every single write and call of a sync and of a renewal."""

from faults import invariants, office, tokens
from faults.letters import MEMBER, NEWS
from faults.office import Scene
from faults.outcome import Outcome
from faults.striker import Striker, each_step, striker
from portal.storage.copies import copy_database, overwrite_database

BOX = f"mailboxes/{MEMBER}"


def sync_killed(*, every: int = 1) -> Outcome:
    """A first sync, and a look at a mailbox in which much has changed."""
    with office.scene(letters=6) as scene, striker(scene) as program:
        scene.deliver(7, folder="Archive")
        first = _killed_syncing(scene, program, every)
        scene.settle_with(lambda: program.strike("due"))
        _change(scene)
        second = _killed_syncing(scene, program, every)
        scene.recover_with(lambda: program.strike("due"))
        return scene.outcome(
            checked=f"all {first} steps of a first sync, {second} of the next; {office.CHECKED}"
        )


def _change(scene: Scene) -> None:
    """New letters, a new folder and a renamed one, a letter that goes, and a candidate more."""
    sandbox = scene.place.sandbox
    sandbox.control("POST", f"{BOX}/folders", {"displayName": "Clients"})
    sandbox.control("POST", f"{BOX}/folders", {"displayName": "Old"})
    made = scene.deliver(6)
    scene.deliver(6, folder="Clients")
    sandbox.control("PATCH", f"{BOX}/folders/Old", {"displayName": "Older"})
    sandbox.control("DELETE", f"{BOX}/messages/{made[0]}")
    scene.others[scene.place.add_candidate("Newsletter", [NEWS])] = NEWS


def _killed_syncing(scene: Scene, program: Striker, every: int) -> int:
    database, pristine = scene.place.services.config.database_file, scene.folder / "pristine.db"
    copy_database(database, pristine)

    def check(at: int) -> None:
        scene.settle_with(lambda: program.strike("due"))
        scene.wrong += [f"step {at}: {each}" for each in invariants.rows(scene)]

    return each_step(
        scene,
        lambda at: program.strike("due", at=at),
        before=lambda: overwrite_database(pristine, database),
        after=check,
        every=every,
    )


def refresh_killed(*, every: int = 1) -> Outcome:
    """Before and after Microsoft has answered: the next one gets in, and nobody reconnects."""
    with office.scene(letters=3) as scene, striker(scene) as program:

        def check(at: int) -> None:
            tokens.lapse_claim(scene)
            scene.wrong += [f"step {at}: {each}" for each in invariants.token(scene)]

        steps = each_step(
            scene,
            lambda at: program.strike("refresh", at=at, user_id=scene.user_id),
            before=lambda: tokens.expire(scene),
            after=check,
            every=every,
        )
        scene.recover_with(lambda: program.strike("due"))
        return scene.outcome(checked=f"all {steps} steps; {office.CHECKED}")


FAULTS = {"sync-killed": sync_killed, "refresh-killed": refresh_killed}

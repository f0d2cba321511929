"""kill -9 before every write and around every call of the organization's work; empty answers."""

from collections.abc import Callable

from faults.office import ACTOR, Scene
from faults.organization import CHECKED, Organization, organization
from faults.outcome import Outcome
from faults.striker import Striker, each_step, striker
from portal.clock import utc_now
from portal.integrations import platforms
from portal.microsoft365 import consent_store
from portal.storage.copies import copy_database, overwrite_database
from portal.storage.platforms import Platform
from portal.users import directory_store, user_sync

ENABLED = "select count(*) from users where is_enabled = 1"
NOBODY = {"path": "/users[?]", "method": "GET", "status": 200, "body": {"value": []}}


def _killed(
    scene: Scene, program: Striker, work: str, check: Callable[[], None], every: int
) -> int:
    """From the same rows each time."""
    database, pristine = scene.place.services.config.database_file, scene.folder / "pristine.db"
    copy_database(database, pristine)

    def after(at: int) -> None:
        before = len(scene.wrong)
        check()
        scene.wrong[before:] = [f"step {at}: {each}" for each in scene.wrong[before:]]

    return each_step(
        scene,
        lambda at: program.strike(work, at=at),
        before=lambda: overwrite_database(pristine, database),
        after=after,
        every=every,
    )


def consent_killed(*, every: int = 1) -> Outcome:
    """While a consent is recorded: whole with its roles, or not there; pressed again, it is."""
    with organization(letters=3) as scene, striker(scene) as program:
        db = scene.place.services.db
        platforms.disable_microsoft_365(db, actor=ACTOR, now=utc_now())
        platforms.enable(db, Platform.MICROSOFT_365, actor=ACTOR, now=utc_now())

        def check() -> None:
            given = consent_store.consent(db)
            if given is not None and (not given.is_working or not given.roles):
                scene.wrong.append("half a consent is recorded")
            if not program.strike("consent").startswith("done"):
                scene.wrong.append("it could not be recorded afterwards")

        steps = _killed(scene, program, "consent", check, every)
        scene.recover_with(lambda: program.strike("due"))
        return scene.outcome(checked=f"all {steps} steps; {CHECKED}")


def user_sync_killed(*, every: int = 1) -> Outcome:
    """People who come, go and are disabled: everybody once, whoever was killed in between."""
    with organization(letters=0, roles=("User.Read.All",)) as scene, striker(scene) as program:
        _import(scene, program)
        control, people = scene.place.sandbox.control, scene.value(ENABLED)
        control("POST", "users/bulk", {"count": 6})
        control("PATCH", f"users/{scene.members[1]}", {"accountEnabled": False})
        control("PATCH", f"users/{scene.members[2]}", {"deleted": True})
        scene.hurry(is_dead=True)

        def check() -> None:
            scene.hurry(is_dead=True)
            program.strike("due")
            if scene.value(ENABLED) != people + 6 - 2:
                scene.wrong.append(f"{scene.value(ENABLED)} people, not {people + 4}")
            if scene.place.is_directory_behind():
                scene.wrong.append("the directory was not read to its end")

        steps = _killed(scene, program, "due", check, every)
        doubled = scene.value("select count(*) - count(distinct object_id) from users")
        scene.wrong += [f"{doubled} people twice"] if doubled else []
        return Outcome(
            scene.struck, f"all {steps} steps; everybody once, two disabled", tuple(scene.wrong)
        )


def _import(scene: Organization, program: Striker) -> None:
    db = scene.place.services.db
    scene.hurry()
    program.strike("due")
    user_sync.import_people(db, actor=ACTOR, now=utc_now())
    scene.hurry()
    program.strike("due")
    if directory_store.state(db).stage != "following":
        scene.wrong.append("the directory was not imported")


def directory_empty(*, rounds: int = 3) -> Outcome:
    """Microsoft answers that there is nobody: nobody is disabled, and it is told."""
    with organization(letters=0, roles=("User.Read.All",)) as scene, striker(scene) as program:
        _import(scene, program)
        db, people = scene.place.services.db, scene.value(ENABLED)
        for _ in range(rounds):
            directory_store.forget_place(db)
            scene.fault(**NOBODY)
            scene.struck += 1
            scene.hurry(is_dead=True)
            program.strike("due")
            if directory_store.state(db).stage == "following":
                scene.wrong.append("an empty directory was believed")
            scene.mend()
            scene.hurry(is_dead=True)
            program.strike("due")
            if scene.value(ENABLED) != people or scene.place.is_directory_behind():
                scene.wrong.append(f"{scene.value(ENABLED)} people of {people} are enabled")
        return Outcome(scene.struck, f"all {people} people stay enabled", tuple(scene.wrong))


FAULTS = {
    "consent-killed": consent_killed,
    "user-sync-killed": user_sync_killed,
    "directory-empty": directory_empty,
}

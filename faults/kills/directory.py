"""kill -9 before every write and around every call of the organization's work; empty answers."""

from collections.abc import Callable
from typing import Any

from faults.harness.fault_run import ACTOR, FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.organization import CHECKED, OrganizationRun, organization
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import KillDriver, each_step, kill_driver
from portal.clock import utc_now
from portal.integrations import platforms
from portal.microsoft365 import consent_store
from portal.storage.copies import copy_database, overwrite_database
from portal.storage.platforms import Platform
from portal.users import directory_store, user_sync

ENABLED = "select count(*) from users where is_enabled = 1"
NOBODY: dict[str, Any] = {
    "path": "/users[?]",
    "method": "GET",
    "status": 200,
    "body": {"value": []},
}


def _killed(
    run: FaultRun, program: KillDriver, work: str, check: Callable[[], None], every: int
) -> int:
    """From the same rows each time."""
    database, pristine = run.services.config.database_file, run.folder / "pristine.db"
    copy_database(database, pristine)

    def after(at: int) -> None:
        before = len(run.wrong)
        check()
        run.wrong[before:] = [f"step {at}: {each}" for each in run.wrong[before:]]

    return each_step(
        run,
        lambda at: program.strike(work, at=at),
        before=lambda: overwrite_database(pristine, database),
        after=after,
        every=every,
    )


def consent_killed(*, every: int = 1) -> Outcome:
    """While a consent is recorded: whole with its roles, or not there; pressed again, it is."""
    with organization(messages=3) as run, kill_driver(run) as program:
        db = run.services.db
        platforms.disable_microsoft_365(db, actor=ACTOR, now=utc_now())
        platforms.enable(db, Platform.MICROSOFT_365, actor=ACTOR, now=utc_now())

        def check() -> None:
            given = consent_store.consent(db)
            if given is not None and (not given.is_working or not given.roles):
                run.wrong.append("half a consent is recorded")
            if not program.strike("consent").startswith("done"):
                run.wrong.append("it could not be recorded afterwards")

        steps = _killed(run, program, "consent", check, every)
        run.recover_with(lambda: program.strike("due"))
        return outcome_of(run, checked=f"all {steps} steps; {CHECKED}")


def user_sync_killed(*, every: int = 1) -> Outcome:
    """People who come, go and are disabled: everybody once, whoever was killed in between."""
    with organization(messages=0, roles=("User.Read.All",)) as run, kill_driver(run) as program:
        _import(run, program)
        control, people = run.sandbox.control, run.value(ENABLED)
        control("POST", "users/bulk", {"count": 6})
        control("PATCH", f"users/{run.members[1]}", {"accountEnabled": False})
        control("PATCH", f"users/{run.members[2]}", {"deleted": True})
        run.hurry(is_dead=True)

        def check() -> None:
            run.hurry(is_dead=True)
            program.strike("due")
            if run.value(ENABLED) != people + 6 - 2:
                run.wrong.append(f"{run.value(ENABLED)} people, not {people + 4}")
            if run.environment.is_directory_behind():
                run.wrong.append("the directory was not read to its end")

        steps = _killed(run, program, "due", check, every)
        doubled = run.value("select count(*) - count(distinct object_id) from users")
        run.wrong += [f"{doubled} people twice"] if doubled else []
        return Outcome(
            run.struck, f"all {steps} steps; everybody once, two disabled", tuple(run.wrong)
        )


def _import(run: OrganizationRun, program: KillDriver) -> None:
    db = run.services.db
    run.hurry()
    program.strike("due")
    user_sync.import_people(db, actor=ACTOR, now=utc_now())
    run.hurry()
    program.strike("due")
    if directory_store.state(db).stage != "following":
        run.wrong.append("the directory was not imported")


def directory_empty(*, rounds: int = 3) -> Outcome:
    """Microsoft answers that there is nobody: nobody is disabled, and it is told."""
    with organization(messages=0, roles=("User.Read.All",)) as run, kill_driver(run) as program:
        _import(run, program)
        db, people = run.services.db, run.value(ENABLED)
        for _ in range(rounds):
            directory_store.forget_place(db)
            run.fault(**NOBODY)
            run.struck += 1
            run.hurry(is_dead=True)
            program.strike("due")
            if directory_store.state(db).stage == "following":
                run.wrong.append("an empty directory was believed")
            run.mend()
            run.hurry(is_dead=True)
            program.strike("due")
            if run.value(ENABLED) != people or run.environment.is_directory_behind():
                run.wrong.append(f"{run.value(ENABLED)} people of {people} are enabled")
        return Outcome(run.struck, f"all {people} people stay enabled", tuple(run.wrong))


FAULTS: Faults = {
    "consent-killed": consent_killed,
    "user-sync-killed": user_sync_killed,
    "directory-empty": directory_empty,
}

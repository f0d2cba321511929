"""kill -9 during consent and user sync; a directory that Microsoft reports as empty."""

from typing import Any

from faults.harness.fault_run import ACTOR
from faults.harness.invariants import outcome_of
from faults.harness.organization import CHECKED, OrganizationRun, organization
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import KillDriver, kill_driver, kill_from_same_rows
from portal.audit.act import Act
from portal.clock import utc_now
from portal.directory import settings as user_sync
from portal.directory import store as directory_store
from portal.integrations import platforms
from portal.microsoft365 import consent_store
from portal.storage.platforms import Platform

ENABLED = "select count(*) from users where is_enabled = 1"
NOBODY: dict[str, Any] = {
    "path": "/users[?]",
    "method": "GET",
    "status": 200,
    "body": {"value": []},
}


def consent_killed(*, every: int = 1) -> Outcome:
    """A consent is recorded with all its roles or not at all; recording it again succeeds."""
    with organization(messages=3) as run, kill_driver(run) as driver:
        rows = run.services.rows
        platforms.disable_microsoft_365(
            Act(rows, ACTOR, utc_now()),
        )
        platforms.enable(
            Act(rows, ACTOR, utc_now()),
            Platform.MICROSOFT_365,
        )

        def check() -> None:
            given = consent_store.consent(rows)
            if given is not None and (not given.is_working or not given.roles):
                run.wrong.append("half a consent is recorded")
            if not driver.do("consent").startswith("done"):
                run.wrong.append("it could not be recorded afterwards")

        steps = kill_from_same_rows(run, driver, "consent", check=check, every=every)
        run.recover_with(driver.do_due)
        return outcome_of(run, checked=f"all {steps} steps; {CHECKED}")


def user_sync_killed(*, every: int = 1) -> Outcome:
    """Imports, removals and disabled people: each person is handled once despite the kills."""
    with organization(messages=0, roles=("User.Read.All",)) as run, kill_driver(run) as driver:
        _import(run, driver)
        control, people = run.sandbox.control, run.value(ENABLED)
        control("POST", "users/bulk", {"count": 6})
        control("PATCH", f"users/{run.members[1]}", {"accountEnabled": False})
        control("PATCH", f"users/{run.members[2]}", {"deleted": True})
        run.make_due(is_dead=True)

        def check() -> None:
            run.make_due(is_dead=True)
            driver.do_due()
            if run.value(ENABLED) != people + 6 - 2:
                run.wrong.append(f"{run.value(ENABLED)} people, not {people + 4}")
            if run.environment.is_directory_behind():
                run.wrong.append("the directory was not read to its end")

        steps = kill_from_same_rows(run, driver, "due", check=check, every=every)
        doubled = run.value("select count(*) - count(distinct object_id) from users")
        run.wrong += [f"{doubled} people twice"] if doubled else []
        return Outcome(
            run.struck, f"all {steps} steps; everybody once, two disabled", tuple(run.wrong)
        )


def _import(run: OrganizationRun, driver: KillDriver) -> None:
    rows = run.services.rows
    run.make_due()
    driver.do_due()
    user_sync.import_people(
        Act(rows, ACTOR, utc_now()),
    )
    run.make_due()
    driver.do_due()
    if directory_store.state(rows).stage != "following":
        run.wrong.append("the directory was not imported")


def directory_empty(*, rounds: int = 3) -> Outcome:
    """Microsoft reports no people at all: Portal disables no one and shows the failure."""
    with organization(messages=0, roles=("User.Read.All",)) as run, kill_driver(run) as driver:
        _import(run, driver)
        rows, people = run.services.rows, run.value(ENABLED)
        for _ in range(rounds):
            with rows.write():
                directory_store.forget_place(rows)
            run.inject(**NOBODY)
            run.struck += 1
            run.make_due(is_dead=True)
            driver.do_due()
            if directory_store.state(rows).stage == "following":
                run.wrong.append("an empty directory was believed")
            run.clear_faults()
            run.make_due(is_dead=True)
            driver.do_due()
            if run.value(ENABLED) != people or run.environment.is_directory_behind():
                run.wrong.append(f"{run.value(ENABLED)} people of {people} are enabled")
        return Outcome(run.struck, f"all {people} people stay enabled", tuple(run.wrong))


FAULTS: Faults = {
    "consent-killed": consent_killed,
    "user-sync-killed": user_sync_killed,
    "directory-empty": directory_empty,
}

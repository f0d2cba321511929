"""Two administrators record the organization's consent at one instant, each in another web."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from faults.harness.invariants import outcome_of
from faults.harness.organization import CHECKED, OrganizationRun, organization
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import KillDriver, kill_driver
from portal.clock import utc_now
from portal.microsoft365 import consent

ADMINS = 2
ROLES = ("Mail.Read", "User.Read.All")
RECORDED = "select id, old_value, new_value from audit_log where action = ?"
ACTION = "organization consent recorded"


def recorded_at_once(*, rounds: int = 8, messages: int = 6) -> Outcome:
    """One consent with every role it has at Microsoft; each of the two is in the audit log."""
    with organization(messages=messages) as run, ExitStack() as stack:
        drivers = [stack.enter_context(kill_driver(run)) for _ in range(ADMINS)]
        pool = stack.enter_context(ThreadPoolExecutor(ADMINS))
        for number in range(rounds):
            roles = ROLES[: 1 + number % len(ROLES)]
            run.withdraw()
            run.change("delete from consents")
            run.change("delete from consent_roles")
            run.consent(*roles)
            before = _recorded(run)
            answers = list(pool.map(_record, drivers))
            run.struck += ADMINS
            run.wrong += [f"one {answer}" for answer in answers if not answer.startswith("done")]
            run.wrong += _wrong(run, roles, _recorded(run) - before)
        consent.ask_again(run.services.rows, now=utc_now())
        run.recover_with(drivers[0].do_due)
        return outcome_of(run, checked=f"one consent, both in the audit log; {CHECKED}")


def _record(driver: KillDriver) -> str:
    return driver.do("consent")


def _recorded(run: OrganizationRun) -> set[tuple[str, str | None, str]]:
    """Id, former and new roles of each time that a consent was recorded."""
    return set(run.services.rows.all(tuple, RECORDED, [ACTION]))


def _wrong(
    run: OrganizationRun, roles: tuple[str, ...], recorded: set[tuple[str, str | None, str]]
) -> list[str]:
    found = run.services.rows.all(str, "select role from consent_roles order by role")
    wrong = [] if found == sorted(roles) else [f"the roles are {found}"]
    if run.value("select count(*) from consents where state = 'working'") != 1:
        wrong.append("not one consent")
    told = " ".join(sorted(roles))
    if sorted((old or "", new) for _, old, new in recorded) != [("", told), (told, told)]:
        wrong.append("the second did not see the first")
    return wrong


FAULTS: Faults = {"consent-recorded-at-once": recorded_at_once}

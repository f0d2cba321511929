"""kill -9 at each step of telling people what needs them."""

from collections import Counter

from faults.harness import invariants
from faults.harness.messages import MEMBER
from faults.harness.outcome import Faults, Outcome
from faults.kills import email_domain
from faults.kills.email_domain import DomainRun
from faults.kills.kill_driver import KillDriver, kill_driver, kill_from_same_rows

KIND = "alerts"
LONG_AGO = "2026-01-01T00:00:00Z"
ADMIN = "member1@northwind.example"


def _lapse(made: DomainRun) -> None:
    """The connection of one person lapses, which concerns them and an administrator."""
    run = made.run
    run.change("update users set role = 'limited'")
    admin = run.environment.add_member("Member 1", ADMIN, [ADMIN])
    run.change("update users set role = 'admin' where id = ?", [admin])
    run.change(
        "update connections set state = 'lapsed', failed_at = ? where user_id = ?",
        [LONG_AGO, run.user_id],
    )


def _take_over(made: DomainRun, driver: KillDriver) -> None:
    """Let another worker finish the round and the next one, and hand over what is queued."""
    for _ in range(2):
        made.run.end_claims()
        made.run.change("update alert_rounds set due_at = ?", [LONG_AGO])
        driver.do_due(KIND)
    driver.do_due(email_domain.KIND)


def _wrong(made: DomainRun) -> list[str]:
    """Say whether a person did not get one mail."""
    told = Counter(each for recipients, _ in made.server.taken for each in recipients)
    wanted = Counter({MEMBER: 1, ADMIN: 1})
    return [] if told == wanted else [f"mails that arrived: {dict(told)}"]


def killed(*, every: int = 1) -> Outcome:
    """Each person concerned gets one mail."""
    with email_domain.email_domain() as made, kill_driver(made.run) as driver:
        _lapse(made)
        run = made.run

        def check() -> None:
            _take_over(made, driver)
            run.wrong += _wrong(made)
            made.server.taken.clear()

        made.server.taken.clear()
        steps = kill_from_same_rows(run, driver, "due", check=check, every=every, kind=KIND)
        check()
        wrong = [*run.wrong, *invariants.secrets_in(run.log, run)]
        return Outcome(run.struck, f"all {steps} steps; each person told once", tuple(wrong))


FAULTS: Faults = {"alerts-killed": killed}

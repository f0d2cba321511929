"""kill -9 before every write and call of an email sync and of a token renewal."""

from faults.harness import fault_run, invariants
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.messages import HIDDEN, MEMBER, NEWS
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import (
    KillDriver,
    kill_at_each_step,
    kill_driver,
    kill_from_same_rows,
)
from faults.microsoft import tokens

CHECKED = f"{fault_run.CHECKED}, hidden mail never visible"
ANSWERS = f"References: {HIDDEN}\r\n"
BOX = f"mailboxes/{MEMBER}"


def sync_killed(*, every: int = 1) -> Outcome:
    """A first sync, then a sync of a mailbox in which much has changed."""
    with fault_run.one_mailbox(messages=6) as run, kill_driver(run) as driver:
        _hide(run)
        run.deliver(7, folder="Archive", headers=ANSWERS)
        first = _killed_syncing(run, driver, every)
        run.settle_with(driver.do_due)
        _change(run)
        second = _killed_syncing(run, driver, every)
        run.recover_with(driver.do_due)
        return outcome_of(
            run,
            checked=f"all {first} steps of a first sync, {second} of the next; {CHECKED}",
        )


def _hide(run: FaultRun) -> None:
    run.change("insert into hidden_conversations values ('c1', null, '2026-01-01T00:00:00Z')")
    run.change("insert into hidden_messages values ('c1', ?)", [HIDDEN])


def _change(run: FaultRun) -> None:
    """Add messages, folders and a candidate, rename a folder, delete a message."""
    sandbox = run.sandbox
    sandbox.control("POST", f"{BOX}/folders", {"displayName": "Clients"})
    sandbox.control("POST", f"{BOX}/folders", {"displayName": "Old"})
    made = run.deliver(6, headers=ANSWERS)
    run.deliver(6, folder="Clients")
    sandbox.control("PATCH", f"{BOX}/folders/Old", {"displayName": "Older"})
    sandbox.control("DELETE", f"{BOX}/messages/{made[0]}")
    run.others[run.environment.add_candidate("Newsletter", [NEWS])] = NEWS


def _killed_syncing(run: FaultRun, driver: KillDriver, every: int) -> int:
    def check() -> None:
        run.wrong += invariants.visible(run)
        run.settle_with(driver.do_due)
        run.wrong += invariants.rows(run)

    return kill_from_same_rows(run, driver, "due", check=check, every=every)


def refresh_killed(*, every: int = 1) -> Outcome:
    """Killed before or after Microsoft answered: the next renewal succeeds without a reconnect."""
    with fault_run.one_mailbox(messages=3) as run, kill_driver(run) as driver:

        def check(step: int) -> None:
            tokens.lapse_claim(run)
            run.wrong += [f"step {step}: {each}" for each in invariants.token(run)]

        steps = kill_at_each_step(
            run,
            lambda step: driver.do("refresh", kill_at=step, user_id=run.user_id),
            before=lambda: tokens.expire(run),
            after=check,
            every=every,
        )
        run.recover_with(driver.do_due)
        return outcome_of(run, checked=f"all {steps} steps; {fault_run.CHECKED}")


FAULTS: Faults = {"sync-killed": sync_killed, "refresh-killed": refresh_killed}

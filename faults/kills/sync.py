"""kill -9 before every single write and call of a sync and of a renewal."""

from faults.harness import fault_run, invariants
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.messages import MEMBER, NEWS
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import KillDriver, each_step, kill_driver
from faults.microsoft import tokens
from portal.storage.copies import copy_database, overwrite_database

BOX = f"mailboxes/{MEMBER}"


def sync_killed(*, every: int = 1) -> Outcome:
    """A first sync, and a look at a mailbox in which much has changed."""
    with fault_run.one_mailbox(messages=6) as run, kill_driver(run) as program:
        run.deliver(7, folder="Archive")
        first = _killed_syncing(run, program, every)
        run.settle_with(lambda: program.strike("due"))
        _change(run)
        second = _killed_syncing(run, program, every)
        run.recover_with(lambda: program.strike("due"))
        return outcome_of(
            run,
            checked=f"all {first} steps of a first sync, {second} of the next; {fault_run.CHECKED}",
        )


def _change(run: FaultRun) -> None:
    """New messages, a new folder and a renamed one, a message that goes, and a candidate more."""
    sandbox = run.sandbox
    sandbox.control("POST", f"{BOX}/folders", {"displayName": "Clients"})
    sandbox.control("POST", f"{BOX}/folders", {"displayName": "Old"})
    made = run.deliver(6)
    run.deliver(6, folder="Clients")
    sandbox.control("PATCH", f"{BOX}/folders/Old", {"displayName": "Older"})
    sandbox.control("DELETE", f"{BOX}/messages/{made[0]}")
    run.others[run.environment.add_candidate("Newsletter", [NEWS])] = NEWS


def _killed_syncing(run: FaultRun, program: KillDriver, every: int) -> int:
    database, pristine = run.services.config.database_file, run.folder / "pristine.db"
    copy_database(database, pristine)

    def check(at: int) -> None:
        run.settle_with(lambda: program.strike("due"))
        run.wrong += [f"step {at}: {each}" for each in invariants.rows(run)]

    return each_step(
        run,
        lambda at: program.strike("due", at=at),
        before=lambda: overwrite_database(pristine, database),
        after=check,
        every=every,
    )


def refresh_killed(*, every: int = 1) -> Outcome:
    """Before and after Microsoft has answered: the next one gets in, and nobody reconnects."""
    with fault_run.one_mailbox(messages=3) as run, kill_driver(run) as program:

        def check(at: int) -> None:
            tokens.lapse_claim(run)
            run.wrong += [f"step {at}: {each}" for each in invariants.token(run)]

        steps = each_step(
            run,
            lambda at: program.strike("refresh", at=at, user_id=run.user_id),
            before=lambda: tokens.expire(run),
            after=check,
            every=every,
        )
        run.recover_with(lambda: program.strike("due"))
        return outcome_of(run, checked=f"all {steps} steps; {fault_run.CHECKED}")


FAULTS: Faults = {"sync-killed": sync_killed, "refresh-killed": refresh_killed}

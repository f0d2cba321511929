"""Workers killed at random, two at once, and a candidate or member removed during a sync."""

import random
import time
from collections.abc import Callable
from functools import partial

from faults.harness import fault_run, programs
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.messages import ROSA
from faults.harness.outcome import Faults, Outcome
from portal.audit.act import Act
from portal.candidates import store as candidates
from portal.clock import utc_now
from portal.email import removal
from portal.users import administration


def killed(*, kills: int = 20, messages: int = 400) -> Outcome:
    """kill -9 at random moments of a first sync; the next worker continues."""
    dice = random.Random(8)  # noqa: S311  # the same moments each time, as far as a machine allows
    with fault_run.one_mailbox(messages=messages) as run:
        for _ in range(kills):
            before = run.messages_read
            running = programs.start_worker(run, page=4)
            run.until(partial(_got_on, run, before), "it got on")
            time.sleep(dice.uniform(0, 0.15))
            running.kill()
            running.wait()
            run.struck += 1
            run.make_due(is_dead=True)
        run.recover()
        return outcome_of(run)


def _got_on(run: FaultRun, before: int) -> bool:
    """Whether the worker read on; delivers more messages once it is idle."""
    if run.environment.is_idle():
        run.deliver(20)
        run.make_due()
    return run.messages_read > before


def two_at_once(*, messages: int = 150) -> Outcome:
    with fault_run.one_mailbox(messages=messages) as run:
        with programs.worker(run), programs.worker(run):
            run.settle()
            run.deliver(20)
            run.settle()
        run.struck = 2
        run.recover()
        return outcome_of(run)


def _change_during_sync(run: FaultRun, change: Callable[[], None]) -> None:
    with programs.worker(run):
        run.until_read(20, "a sync was under way")
        change()
        run.struck += 1
        time.sleep(2)


def candidate_deleted(*, messages: int = 150) -> Outcome:
    """No message of a deleted candidate stays, and the next candidate's messages arrive."""
    with fault_run.one_mailbox(messages=messages) as run:

        def change() -> None:
            rows = run.services.rows
            candidate = candidates.candidate(rows, run.candidate)
            removal.delete_candidate(
                Act(rows, fault_run.ACTOR, utc_now()),
                candidate,
            )

        _change_during_sync(run, change)
        if run.environment.feeds().get(run.candidate):
            run.wrong.append("the feed of a candidate who is deleted still shows mail")
        with programs.worker(run):
            run.settle()
            if run.value("select count(*) from messages"):
                run.wrong.append("messages of a candidate who is deleted stayed")
            run.candidate = run.environment.add_candidate("Rosa Ortega", [ROSA])
            time.sleep(1.5)
        run.recover()
        return outcome_of(run, checked=f"nothing of them stays, then: {fault_run.CHECKED}")


def member_disabled(*, messages: int = 150) -> Outcome:
    """No message is read while a member is disabled; all arrive once they are enabled again."""
    with fault_run.one_mailbox(messages=messages) as run:
        _change_during_sync(run, lambda: _enable(run, enabled=False))
        before = run.messages_read
        with programs.worker(run):
            run.make_due()
            time.sleep(3)
            if run.messages_read > before:
                run.wrong.append("mail of a person who is disabled was read")
        _enable(run, enabled=True)
        run.recover()
        return outcome_of(run, checked=f"nothing read meanwhile, then: {fault_run.CHECKED}")


def _enable(run: FaultRun, *, enabled: bool) -> None:
    administration.set_enabled(
        Act(run.services.rows, fault_run.ACTOR, utc_now()),
        run.user_id,
        enabled=enabled,
    )


FAULTS: Faults = {
    "worker-killed": killed,
    "two-workers": two_at_once,
    "candidate-deleted": candidate_deleted,
    "member-disabled": member_disabled,
}

"""Refusals, cut answers and expired cursors from Microsoft."""

import time
from functools import partial

from faults.harness import fault_run, programs
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.outcome import Faults, Outcome

KINDS: tuple[dict[str, object], ...] = (
    {"status": 429, "retryAfter": 1},
    {"status": 503},
    {"status": 500},
    {"status": 504},
    {"truncate": True},
    {"reset": True},
    {"status": 200, "body": '{"value": [{"id": "A'},
    {"status": 200, "body": "[]"},
    {"status": 429, "retryAfter": 120},
)
MAIL = "messages|batch"


def refusals(*, rounds: int = 5, messages: int = 400) -> Outcome:
    """About one call in twenty is refused, cut or answered with invalid JSON."""
    with fault_run.one_mailbox(messages=messages) as run:
        calls = len(run.sandbox.control("GET", "requests")["value"])
        with programs.worker(run):
            for plan in KINDS * rounds:
                run.inject(MAIL, times=1, **plan)
                run.struck += 1
                run.until(partial(_is_on, run, _calls(run)), "twenty calls were made")
            run.clear_faults()
        run.recover()
        made = _calls(run) - calls
        return outcome_of(run, checked=f"1 in {made // max(1, run.struck)}: {fault_run.CHECKED}")


def _calls(run: FaultRun) -> int:
    row = run.sandbox.state.row("select count(*) as n from requests")
    return int(row["n"]) if row else 0


def _is_on(run: FaultRun, before: int) -> bool:
    """Whether twenty more calls were made; gives an idle worker something to do."""
    if run.environment.is_idle():
        run.deliver(5)
    if run.value("select count(*) from mailboxes where failure is not null or stage='following'"):
        run.make_due()
    return _calls(run) >= before + 20


def delta_expired(*, messages: int = 120) -> Outcome:
    """Cursors expire during a first sync and while following, with both of Microsoft's codes."""
    with fault_run.one_mailbox(messages=messages) as run:
        for code in ("syncStateNotFound", "resyncRequired"):
            with programs.worker(run):
                run.until_read(10, "a sync was under way")
                run.set_tenant(deltaErrorCode=code, deltaLifetime=0)
                run.make_due()
                run.struck += 1
                time.sleep(3)
                run.set_tenant(deltaLifetime=7 * 24 * 3600)
                run.settle()
                run.deliver(5)
        run.recover()
        return outcome_of(run)


FAULTS: Faults = {
    "refusals": refusals,
    "delta-expired": delta_expired,
}

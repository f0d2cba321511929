"""Token renewals that race, are refused or get no answer."""

import time

from faults.harness import fault_run, programs
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.messages import MEMBER
from faults.harness.outcome import Faults, Outcome
from faults.harness.token_race import race

ENDED = "2026-01-01T00:00:00Z"


def refresh_race(*, processes: int = 8, rounds: int = 3) -> Outcome:
    """Several processes need a token at once; exactly one asks Microsoft for it."""
    with fault_run.one_mailbox(messages=3) as run:
        for _ in range(rounds):
            expire(run)
            before = _renewals(run)
            # All racers must be waiting before the first renewal ends.
            run.inject("oauth2/v2.0/token", delayMs=500)
            variables = programs.variables(run)
            answers = race(variables, run.user_id, racers=processes, log=run.log)
            run.clear_faults()
            asked = _renewals(run) - before
            if asked != 1 or len(answers) != 1:
                run.wrong.append(f"{asked} refreshes, {len(answers)} different tokens")
            run.struck += processes
        run.recover()
        return outcome_of(run, checked=f"one refresh a race; {fault_run.CHECKED}")


def expire(run: FaultRun) -> None:
    run.change("update connections set access_expires_at = ?", [ENDED])


def lapse_claim(run: FaultRun) -> None:
    """End the renewal claim of a killed process."""
    run.change("update connections set claimed_until = ?", [ENDED])


def _renewals(run: FaultRun) -> int:
    made = run.sandbox.control("GET", "requests")["value"]
    return sum(each["path"].endswith("/oauth2/v2.0/token") for each in made)


def grant_revoked(*, messages: int = 20) -> Outcome:
    """The connection lapses with a reason; nothing is lost after reconnecting."""
    with fault_run.one_mailbox(messages=messages) as run:
        run.sandbox.control("POST", f"revoke/{MEMBER}")
        expire(run)
        run.struck = 1
        with programs.worker(run):
            lapsed = "select count(*) from connections where state = 'lapsed' and failure > ''"
            run.until(lambda: run.value(lapsed) == 1, "the connection lapsed with words")
        run.environment.connect(run.user_id, MEMBER)
        run.recover()
        return outcome_of(run, checked=f"lapsed with words, reconnected; {fault_run.CHECKED}")


def token_endpoint_down(*, messages: int = 20) -> Outcome:
    """A sign-in service that is down for a while costs no connection."""
    with fault_run.one_mailbox(messages=messages) as run:
        for plan in ({"status": 503}, {"reset": True}, {"truncate": True}):
            run.inject("oauth2/v2.0/token", **plan)
            expire(run)
            run.make_due()
            with programs.worker(run):
                run.until(lambda: run.failure() != "None", "the failure was told")
                time.sleep(1)
            run.struck += 1
            run.clear_faults()
            if run.value("select count(*) from connections where state <> 'working'"):
                run.wrong.append(f"a sign-in that was away ({plan}) cost the connection")
            run.recover()
        return outcome_of(run, checked=f"told, not lapsed; {fault_run.CHECKED}")


FAULTS: Faults = {
    "refresh-race": refresh_race,
    "grant-revoked": grant_revoked,
    "token-endpoint-down": token_endpoint_down,
}

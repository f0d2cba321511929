"""All faults by name, and how one is run."""

import logging
import time
from collections.abc import Callable

from faults.harness.outcome import Faults, Outcome
from faults.input import notification_storm, random_forms, random_mail, random_requests
from faults.kills import (
    alerts,
    changed_interviews,
    copies,
    directory,
    disable,
    email_domain,
    interviews,
    kinds,
    moved_copies,
    outbox,
    random_changes,
    random_outlook,
    sync,
    upkeep,
    watch,
)
from faults.machine import disk_and_locks, keys, workers
from faults.microsoft import (
    clocks,
    consent_race,
    consents,
    cut_answers,
    mailbox,
    refusals,
    tokens,
)  # fmt: skip  # one to a line says no more

PARTS = (
    sync, workers, upkeep, copies, refusals, clocks, tokens,
    cut_answers, mailbox, disk_and_locks, keys, notification_storm, random_forms, random_requests,
    random_mail, consents, directory,
    kinds, disable, consent_race, outbox, email_domain, alerts,
    interviews, changed_interviews, random_changes, random_outlook,
    moved_copies, watch,
)  # fmt: skip  # one to a line says no more
FAULTS: Faults = {name: fault for part in PARTS for name, fault in part.FAULTS.items()}
FULL: Faults = {
    **outbox.FULL, **random_outlook.FULL,
    **random_forms.FULL, **random_requests.FULL, **random_mail.FULL,
}  # fmt: skip  # one to a line says no more


def chosen(name: str, *, is_full: bool) -> Callable[[], Outcome]:
    """The fault, or its longer run if there is one."""
    return FULL.get(name, FAULTS[name]) if is_full else FAULTS[name]


def run(name: str, *, is_full: bool = False) -> Outcome:
    logging.disable()  # log lines of this process would hide the results
    started = time.monotonic()
    try:
        outcome = chosen(name, is_full=is_full)()
    except Exception as error:
        outcome = Outcome(0, "did not get to its end", (f"{type(error).__name__}: {error}",))
    print(f"{name} ({time.monotonic() - started:.0f} s): {outcome}", flush=True)
    return outcome

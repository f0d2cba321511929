"""A sample of the steps; `make faults` kills at each of them."""

from collections.abc import Callable

import pytest

from faults.harness import fault_run
from faults.harness.outcome import Outcome
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
    sync,
    upkeep,
    watch,
)
from faults.kills.kill_driver import kill_driver
from portal.worker.due import KINDS

SAMPLES = {
    "sync": (sync.sync_killed, 90),
    "renewal": (sync.refresh_killed, 3),
    "migration": (upkeep.migration_killed, 16),
    "rotation": (upkeep.rotation_killed, 11),
    "backup": (copies.backup_killed, 6),
    "restore": (copies.restore_killed, 13),
    "consent": (directory.consent_killed, 5),
    "disable": (disable.disable_killed, 5),
    "search": (kinds.FAULTS["search-killed"], 40),
    "walk of a mailbox": (kinds.FAULTS["walk-killed"], 17),
    "calendar": (kinds.FAULTS["calendar-killed"], 13),
    "rooms": (kinds.FAULTS["rooms-killed"], 35),
    "group calendar": (kinds.FAULTS["group-calendar-killed"], 9),
    "consent withdrawn": (kinds.FAULTS["consent-withdrawn-killed"], 9),
    "consent returned": (kinds.FAULTS["consent-returned-killed"], 8),
    "subscription opened": (kinds.FAULTS["subscription-opened-killed"], 7),
    "subscription renewed": (kinds.FAULTS["subscription-renewed-killed"], 5),
    "subscription lost": (kinds.FAULTS["subscription-lost-killed"], 7),
    "sending": (outbox.FAULTS["mail-killed"], 13),
    "search for a copy": (outbox.FAULTS["mail-search-killed"], 11),
    "email domain": (email_domain.killed, 5),
    "alerts": (alerts.killed, 5),
    "interview": (interviews.FAULTS["interview-killed"], 17),
    "interview with lost answers": (interviews.FAULTS["interview-answers-lost-killed"], 10),
    "interview moved": (changed_interviews.FAULTS["interview-move-killed"], 13),
    "interview moved with lost answers": (
        changed_interviews.FAULTS["interview-move-answers-lost-killed"],
        12,
    ),
    "interview cancelled": (changed_interviews.FAULTS["interview-cancellation-killed"], 13),
    "interview cancelled with lost answers": (
        changed_interviews.FAULTS["interview-cancellation-answers-lost-killed"],
        12,
    ),
    "panel of an interview": (changed_interviews.FAULTS["interview-panel-killed"], 13),
    "put back on an interview": (changed_interviews.FAULTS["interview-put-back-killed"], 6),
    "place of an interview": (changed_interviews.FAULTS["interview-place-killed"], 22),
    "removed calendar": (changed_interviews.FAULTS["interview-calendar-removed-killed"], 24),
    "organizer of an interview": (
        changed_interviews.FAULTS["interview-organizer-answers-lost-killed"],
        18,
    ),
    "new time of an interview": (changed_interviews.FAULTS["interview-new-time-killed"], 20),
    "copies of a move in Outlook": (moved_copies.FAULTS["interview-copies-killed"], 4),
    "move in Outlook": (watch.FAULTS["interview-watch-killed"], 6),
}
# Modules of their own kill the work on these, such as outbox.py and interviews.py.
ELSEWHERE = {"alerts", "directory", "email-domain", "interviews", "mailbox", "sending", "watch"}


@pytest.mark.parametrize(("fault", "every"), SAMPLES.values(), ids=SAMPLES)
def test_work_that_is_killed_at_a_step_is_done_by_the_next(
    fault: Callable[..., Outcome], every: int
) -> None:
    outcome = fault(every=every)

    assert outcome.wrong == ()
    assert outcome.struck >= 4
    assert (outcome.lost, outcome.doubled) == (0, 0)


def test_every_kind_of_work_is_killed_at_each_step() -> None:
    killed = {case.kind.name for case in kinds.CASES.values()}

    assert killed | ELSEWHERE == {kind.name for kind in KINDS}


def test_each_step_is_counted_and_struck() -> None:
    with fault_run.one_mailbox(messages=1) as run, kill_driver(run) as driver:
        counted = int(driver.do_due().split()[1])

        answers = [driver.do("rotate", kill_at=step) for step in (1, 2, 10_000)]

    assert counted > 50
    assert [answer.split()[0] for answer in answers] == ["killed", "killed", "done"]


def test_work_that_fails_says_so() -> None:
    with fault_run.one_mailbox(messages=0) as run, kill_driver(run) as driver:
        assert driver.do("restore", path="/nowhere") == "failed"
        assert "There is no file /nowhere" in run.log.read_text()

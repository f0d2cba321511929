"""kill -9 at each step of a poll that finds a move in Outlook."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from faults.harness.fault_run import FaultRun
from faults.harness.interviews import LONG_AGO, interviews
from faults.harness.outcome import Faults
from faults.kills.interviews import KIND
from faults.kills.kill_driver import KillDriver
from faults.kills.kinds import Killed, killed
from portal.interviews import store
from portal.interviews.models import Role, State, Subject
from portal.interviews.outside import move_store
from portal.interviews.watch.jobs import WATCH
from tests.interviews.outlook_hand import OutlookHand

BY = timedelta(days=1)
MOST_ROUNDS = 12
INTERVIEW = "interview-0"


@contextmanager
def _scheduled() -> Iterator[FaultRun]:
    with interviews() as made:
        made.schedule()
        yield made.run


def _move(run: FaultRun, driver: KillDriver) -> None:
    """Move the panel's event a day on, once everybody was invited."""
    for _ in range(MOST_ROUNDS):
        driver.do_due(KIND)
        if not run.value("select count(*) from interviews where state = 'writing'"):
            break
    rows = run.services.rows
    one = store.interview(rows, INTERVIEW)
    hand = OutlookHand(run.sandbox)
    hand.move(_event(run), one.starts_at + BY, one.ends_at + BY, send=False)
    # The last write of Portal's own was long ago.
    run.change("update interview_events set modified_at = ?", [LONG_AGO])


def _event(run: FaultRun) -> object:
    events = store.events(run.services.rows, INTERVIEW)
    return next(each for each in events if each.role is Role.INTERNAL)


def _wrong(run: FaultRun) -> list[str]:
    """The interview has the time of its event, moved once, and holds the old time too."""
    rows = run.services.rows
    one = store.interview(rows, INTERVIEW)
    there = OutlookHand(run.sandbox).read(_event(run))["start"]
    wrong = []
    if (one.state, one.version) != (State.CHANGING, 2):
        wrong.append(f"it is {one.state} in version {one.version}: {one.reason}")
    if f"{one.starts_at:%Y-%m-%dT%H:%M:%S}" not in there:
        wrong.append(f"the interview is at {one.starts_at}, its event at {there}")
    found = move_store.of_interview(rows, INTERVIEW)
    entries = run.value("select count(*) from feed_entries where kind = 'interview_move'")
    audited = run.value("select count(*) from audit_log where action = 'interview moved outside'")
    if (len(found), entries, audited) != (1, 1, 1):
        wrong.append(f"{len(found)} moves, {entries} in the feed, {audited} audited")
    panel = [each.user_id for each in store.panel(rows, INTERVIEW)]
    held = store.claims(
        rows, Subject.PERSON, panel, since=one.starts_at - 2 * BY, until=one.ends_at + BY
    )
    if len(held) != 2:
        wrong.append(f"{len(held)} times are held")
    return wrong


CASE = Killed(WATCH, _scheduled, _move, _wrong)
FAULTS: Faults = {"interview-watch-killed": partial(killed, CASE)}

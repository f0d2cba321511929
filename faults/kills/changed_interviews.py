"""kill -9 at each step of moving and cancelling an interview, with lost answers."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from faults.harness import invariants
from faults.harness.fault_run import ACTOR
from faults.harness.interviews import GROUP, SAM, InterviewRun, interviews
from faults.harness.messages import MEMBER, ROSA
from faults.harness.outcome import Faults, Outcome
from faults.kills.interviews import KIND, MOST_ROUNDS
from faults.kills.kill_driver import KillDriver, kill_at_each_step, kill_driver
from portal.audit.act import Act
from portal.clock import text, utc_now
from portal.interviews import store
from portal.interviews.changes.moves import move
from portal.interviews.changes.withdrawals import cancel
from portal.interviews.models import State, Subject
from portal.storage.copies import copy_database, overwrite_database
from portal.storage.rows import Rows

LATER = timedelta(hours=3)


@dataclass(frozen=True)
class Changed:
    """A change of a scheduled interview, the mail it sends, and how the interview ends."""

    change: Callable[[Rows, str], object]
    kind_of_mail: str
    state: State
    events: int


def _move(rows: Rows, interview_id: str) -> object:
    one, act = store.interview(rows, interview_id), Act(rows, ACTOR, utc_now())
    starts_at, ends_at = one.starts_at + LATER, one.ends_at + LATER
    return move(act, one.id, version=1, starts_at=starts_at, ends_at=ends_at, room=None)


def _cancel(rows: Rows, interview_id: str) -> object:
    return cancel(Act(rows, ACTOR, utc_now()), interview_id, version=1, comment="We are sorry.")


MOVED = Changed(_move, "update", State.SCHEDULED, 2)
CANCELLED = Changed(_cancel, "cancel", State.CANCELLED, 0)


def killed(
    changed: Changed,
    *,
    every: int = 1,
    calendar: str = "group",
    lost: tuple[str, str] | None = None,
) -> Outcome:
    """One mail a person and version, and no claim or event left behind."""
    with interviews() as made, kill_driver(made.run) as driver:
        database, pristine = made.run.services.config.database_file, made.run.folder / "before.db"
        copy_database(database, pristine)
        ids: list[str] = []

        def before() -> None:
            made.run.clear_faults()
            overwrite_database(pristine, database)
            ids.append(made.schedule(len(ids), calendar=calendar))
            _finish(made, driver)
            made.run.sandbox.control("DELETE", "invitations")
            changed.change(made.run.services.rows, ids[-1])
            if lost is not None:
                method, path = lost
                made.run.inject(path, method=method, times=2, carriedOut=True, reset=True)

        def after(step: int) -> None:
            _finish(made, driver)
            made.run.wrong += [f"step {step}: {each}" for each in _wrong(made, ids[-1], changed)]

        steps = kill_at_each_step(
            made.run,
            lambda step: driver.do("due", kill_at=step, kind=KIND),
            before=before,
            after=after,
            every=every,
        )
        _finish(made, driver)
        wrong = [*made.run.wrong, *_wrong(made, ids[-1], changed)]
        wrong += invariants.secrets_in(made.run.log, made.run)
        return Outcome(made.run.struck, f"all {steps} steps; each told once", tuple(wrong))


def _finish(made: InterviewRun, driver: KillDriver) -> None:
    """Let others take over until nothing is under way."""
    for _ in range(MOST_ROUNDS):
        made.make_due()
        driver.do_due(KIND)
        if not made.is_under_way:
            return


def _wrong(made: InterviewRun, interview_id: str, changed: Changed) -> list[str]:
    """Sentences about a change that did not reach everybody once, or left something behind."""
    rows = made.run.services.rows
    one = store.interview(rows, interview_id)
    wrong = []
    if one.state is not changed.state:
        wrong.append(f"it is {one.state}: {one.reason}")
    there = _events(made, interview_id)
    if len(there) != changed.events or any(each != text(one.starts_at) for each in there):
        wrong.append(f"events are at {there}")
    sent = _mails(made, interview_id)
    if sent != Counter([(changed.kind_of_mail, SAM), (changed.kind_of_mail, ROSA)]):
        wrong.append(f"Microsoft sent {dict(sent)}")
    if {each.version for each in store.ledger(rows, interview_id)} != {2}:
        wrong.append("the ledger has an old version")
    held = store.claims(
        rows,
        Subject.PERSON,
        [made.panel],
        since=one.starts_at - 2 * LATER,
        until=one.ends_at + LATER,
    )
    mine = [each.starts_at for each in held if each.interview_id == interview_id]
    if mine != ([one.starts_at] if changed.events else []):
        wrong.append(f"times are held from {mine}")
    return wrong


def _events(made: InterviewRun, interview_id: str) -> list[str]:
    """When the organizer's events of an interview start that are still there."""
    ids = {each.graph_id for each in store.events(made.run.services.rows, interview_id)}
    found = made.run.sandbox.state.rows(
        "select id, item, starts_at from events where deleted_at is null"
    )
    return [each["starts_at"] for each in found if each["id"] in ids and _is_on(each["item"])]


def _is_on(item: str) -> bool:
    return not json.loads(item)["isCancelled"]


def _mails(made: InterviewRun, interview_id: str) -> Counter[tuple[str, str]]:
    uids = {each.ical_uid for each in store.events(made.run.services.rows, interview_id)}
    found = made.run.sandbox.control("GET", "invitations")["value"]
    return Counter(
        (each["kind"], each["address"])
        for each in found
        if each["icalUid"] in uids and each["address"] not in (MEMBER, GROUP["mail"])
    )


FAULTS: Faults = {
    "interview-move-killed": partial(killed, MOVED),
    "interview-move-answers-lost-killed": partial(
        killed, MOVED, every=2, calendar="organizer", lost=("PATCH", "/events")
    ),
    "interview-cancellation-killed": partial(killed, CANCELLED),
    "interview-cancellation-answers-lost-killed": partial(
        killed, CANCELLED, every=2, calendar="organizer", lost=("POST", "/cancel")
    ),
}

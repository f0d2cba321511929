"""kill -9 at each step of reading the copies of a move in Outlook, and of the one more write."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from faults.harness import interview_ends
from faults.harness.interviews import KIM, LONG_AGO, InterviewRun, interviews
from faults.harness.messages import ROSA
from faults.harness.outcome import Faults, Outcome
from faults.kills.each_step import finish, killed_at_each_step
from faults.kills.interviews import KIND
from faults.kills.kill_driver import KillDriver, kill_driver
from portal.interviews import store
from portal.interviews.models import Role, State
from portal.interviews.watch.jobs import WATCH
from tests.interviews.outlook_hand import OutlookHand

BY = timedelta(days=1)


def killed(*, every: int = 1, is_lost: bool = False) -> Outcome:
    """Kim is told once at most, and the ledger says that she was only if so.

    `is_lost`: the answer to the write was lost when the kills begin.
    """
    with interviews() as made, kill_driver(made.run) as driver:

        def prepare(number: int) -> str:
            interview_id = made.schedule(number, panel=made.kim)
            _move(made, driver, interview_id)
            if is_lost:
                made.run.inject("/events", method="PATCH", times=1, carriedOut=True, reset=True)
                driver.do_due(KIND)
                made.make_due()
            return interview_id

        told: set[str] = set()

        def wrong(interview_id: str) -> list[str]:
            if interview_ends.mails(made)["update", KIM]:
                told.add(interview_id)
            return [*_wrong(made, interview_id)]

        outcome = killed_at_each_step(
            made,
            driver,
            KIND,
            prepare=prepare,
            wrong=wrong,
            checked="nobody told twice",
            every=every,
        )
        return outcome if told else replace(outcome, wrong=("Kim was never told",))


def _move(made: InterviewRun, driver: KillDriver, interview_id: str) -> None:
    """Move the panel's event a day on, without a word. Rosa was told, and the copies are due."""
    run, rows = made.run, made.run.services.rows
    finish(made, driver, KIND)
    one = store.interview(rows, interview_id)
    event = next(each for each in store.events(rows, one.id) if each.role is Role.INTERNAL)
    OutlookHand(run.sandbox).move(event, one.starts_at + BY, one.ends_at + BY, send=False)
    # The last write of Portal's own was long ago.
    run.change("update interview_events set modified_at = ?", [LONG_AGO])
    driver.do_due(WATCH.name)
    finish(made, driver, KIND)
    if run.value("select count(*) from interview_moves") != 1:
        run.wrong.append("the move was not seen")
    run.sandbox.control("DELETE", "invitations")
    run.change(
        "update interview_events set copies_due_at = ? where copies_due_at is not null", [LONG_AGO]
    )
    made.make_due()


def _wrong(made: InterviewRun, interview_id: str) -> Iterator[str]:
    rows = made.run.services.rows
    one = store.interview(rows, interview_id)
    if one.state is not State.SCHEDULED:
        yield f"it is {one.state}: {one.reason}"
    yield from interview_ends.left(made, one, events=2)
    sent = interview_ends.mails(made)
    if sent["update", KIM] > 1 or set(sent) - {("update", KIM)}:
        yield f"Microsoft sent {dict(sent)}"
    times = {each.address: each.starts_at for each in store.ledger(rows, interview_id)}
    if times[ROSA] != one.starts_at:
        yield "the ledger says that Rosa has the old time"
    if (times[KIM] == one.starts_at) != (sent["update", KIM] == 1):
        yield f"the ledger has {times[KIM]} for Kim, who got {sent['update', KIM]} updates"


FAULTS: Faults = {
    "interview-copies-killed": killed,
    "interview-copies-answers-lost-killed": partial(killed, is_lost=True),
}

"""Two workers are killed at random while people change interviews again and again."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from faults.harness import interview_ends
from faults.harness.interviews import InterviewRun, interviews
from faults.harness.messages import MEMBER
from faults.harness.outcome import Faults, Outcome
from faults.kills import changed_interviews as changes
from faults.kills.at_random import kill_two_workers
from portal.errors import Conflict
from portal.interviews import store
from portal.interviews.models import State

# Each interview begins one place further on, so that each change follows another one.
CHANGES: Sequence[Callable[[InterviewRun, str], object]] = (
    changes.move,
    changes.call_instead,
    changes.find_time,
    changes.move,
    changes.put_on_own_calendar,
    changes.replace_panel,
)
AT_ONCE = 4
# No two of them overlap, wherever they move.
HOURS_APART = 24
ENDS = (State.SCHEDULED, State.NEEDS_TIME)
SECONDS = 180


def killed_at_random(*, kills: int = 20) -> Outcome:
    """Each person has one invitation at the end, or none, and nothing is left behind."""
    with interviews() as made:
        ids: list[str] = []

        def begin(number: int) -> None:
            if number < AT_ONCE:
                ids.append(made.schedule(number * HOURS_APART))
                return
            place = number % AT_ONCE
            with suppress(Conflict):  # such as a move of one that is just losing its time
                CHANGES[(place + number // AT_ONCE) % len(CHANGES)](made, ids[place])

        kill_two_workers(
            made,
            begin,
            kills=kills,
            seed=15,
            waits=(0.3, 2.0),
            what="every change was carried out",
            seconds=SECONDS,
        )
        wrong = [*made.run.wrong, *(each for one in ids for each in _wrong(made, one))]
        return Outcome(made.run.struck, f"{len(ids)} interviews, changed, each once", tuple(wrong))


def _wrong(made: InterviewRun, interview_id: str) -> Iterator[str]:
    rows = made.run.services.rows
    one = store.interview(rows, interview_id)
    is_on = one.state is State.SCHEDULED
    if one.state not in ENDS:
        yield f"it is {one.state}: {one.reason}"
    yield from interview_ends.left(made, one, events=2 if is_on else 0)
    ledger = store.ledger(rows, interview_id)
    invited = {each.address for each in ledger if each.withdrawn_at is None} - {MEMBER}
    wanted = {one.candidate_address, *(each.address for each in store.panel(rows, one.id))}
    if invited != (wanted if is_on else set()):
        yield f"the ledger says that {sorted(invited)} are invited"
    yield from _mails(made, interview_id, invited)


def _mails(made: InterviewRun, interview_id: str, invited: set[str]) -> Iterator[str]:
    """Invitations and cancellations that came twice, or that do not add up to one or to none."""
    events = store.events(made.run.services.rows, interview_id)
    several = [interview_ends.mails(made, {each.ical_uid or ""}) for each in events]
    for mails in several:
        twice = [each for each, count in mails.items() if each[0] != "update" and count > 1]
        if twice:
            yield f"Microsoft sent twice: {twice}"
    sent = sum(several, Counter())
    for address in {address for _, address in sent}:
        count = sent["request", address] - sent["cancel", address]
        if count != (address in invited):
            yield f"{address} has {count} invitations"


FAULTS: Faults = {"interview-changes-killed-at-random": killed_at_random}

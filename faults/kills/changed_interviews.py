"""kill -9 at each step of changing an interview, with lost answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from faults.harness import interview_ends
from faults.harness.fault_run import ACTOR
from faults.harness.interview_ends import End
from faults.harness.interviews import CALENDAR, KIM, SAM, InterviewRun, interviews
from faults.harness.messages import ROSA
from faults.harness.outcome import Faults, Outcome
from faults.kills.each_step import finish, killed_at_each_step
from faults.kills.interviews import KIND
from faults.kills.kill_driver import KillDriver, kill_driver
from portal.audit.act import Act
from portal.clock import utc_now
from portal.interviews import store
from portal.interviews.changes import homes, moves, panels, places, withdrawals
from portal.interviews.communication import Communication
from portal.interviews.effects import calendar_moves
from portal.interviews.findings import decisions, finding_store
from portal.interviews.findings.choices import Way
from portal.interviews.findings.models import Finding, FindingKind
from portal.interviews.models import CalendarSource, Home, Panelist, Place, Role, State
from tests.interviews.outlook_hand import OutlookHand

LATER = timedelta(hours=3)
BOTH = frozenset({SAM, ROSA})
Lost = tuple[str, str]


@dataclass(frozen=True)
class Changed:
    """A change of a scheduled interview, and its end. `earlier` is done before, by a worker."""

    change: Callable[[InterviewRun, str], object]
    end: End
    earlier: Callable[[InterviewRun, str], object] | None = None


def _act(made: InterviewRun) -> Act:
    return Act(made.run.services.rows, ACTOR, utc_now())


def move(made: InterviewRun, interview_id: str) -> object:
    """Move it, or give it a time again."""
    act = _act(made)
    one = store.interview(act.rows, interview_id)
    starts_at, ends_at = one.starts_at + LATER, one.ends_at + LATER
    return moves.move(
        act, one.id, version=one.version, starts_at=starts_at, ends_at=ends_at, room=None
    )


def cancel(made: InterviewRun, interview_id: str) -> object:
    return withdrawals.cancel(_act(made), interview_id, version=None, comment="We are sorry.")


def find_time(made: InterviewRun, interview_id: str) -> object:
    return withdrawals.find_time(_act(made), interview_id, version=None, comment="We are sorry.")


def replace_panel(made: InterviewRun, interview_id: str) -> object:
    """Kim takes the place of Sam."""
    kim = Panelist(made.kim, "Kim Field", KIM)
    return panels.change_panel(_act(made), interview_id, version=None, panel=[kim])


def call_instead(made: InterviewRun, interview_id: str) -> object:
    wanted = places.Chosen(Place.PHONE, "+46 70 000 00 00")
    return places.change_place(_act(made), interview_id, version=None, wanted=wanted)


def put_on_own_calendar(made: InterviewRun, interview_id: str, *, of_kim: bool = False) -> object:
    own = Communication(Home.ORGANIZER, CalendarSource.INTERVIEW)
    organizer_id = made.kim if of_kim else made.run.user_id
    return homes.change_home(
        _act(made), interview_id, version=None, calendar=own, organizer_id=organizer_id
    )


def remove_calendar(made: InterviewRun, _interview_id: str) -> object:
    """Every interview of the group calendar goes to its organizer's own, and then it goes."""
    return calendar_moves.move_and_remove(_act(made), CALENDAR, to=calendar_moves.OWN)


def put_back(made: InterviewRun, interview_id: str) -> object:
    """Sam was taken off the event in Outlook without a word, and is invited again."""
    act = _act(made)
    events = store.events(act.rows, interview_id)
    event = next(each for each in events if each.role is Role.INTERNAL)
    OutlookHand(made.run.sandbox).edit(event, send=False, remove=[SAM])
    kind = FindingKind.ATTENDEE_REMOVED
    found = Finding(interview_id, event.id, kind, SAM, before_text="Sam", seen_at=act.now)
    with act.rows.write():
        finding_store.save(act.rows, [found])
    return decisions.decide(act, interview_id, found.id, Way.PUT_BACK, version=None)


def _to_both(*kinds: str) -> tuple[tuple[str, str], ...]:
    return tuple((kind, address) for kind in kinds for address in (SAM, ROSA))


MOVED = Changed(move, End(State.SCHEDULED, _to_both("update"), BOTH))
CANCELLED = Changed(cancel, End(State.CANCELLED, _to_both("cancel"), frozenset()))
POSTPONED = Changed(find_time, End(State.NEEDS_TIME, _to_both("cancel"), frozenset()))
NEW_TIME = Changed(move, End(State.SCHEDULED, _to_both("request"), BOTH), earlier=find_time)
NEW_PANEL = Changed(
    replace_panel,
    End(State.SCHEDULED, (("cancel", SAM), ("request", KIM)), frozenset({KIM, ROSA})),
)
PUT_BACK = Changed(put_back, End(State.SCHEDULED, (("request", SAM),), BOTH))
MADE_AGAIN = End(State.SCHEDULED, _to_both("cancel", "request"), BOTH)
NEW_PLACE = Changed(call_instead, MADE_AGAIN)
NEW_CALENDAR = Changed(remove_calendar, MADE_AGAIN)
NEW_ORGANIZER = Changed(partial(put_on_own_calendar, of_kim=True), MADE_AGAIN)


def killed(
    changed: Changed, *, every: int = 1, calendar: str = "group", lost: Lost | None = None
) -> Outcome:
    """One mail a person and version, and no claim or event left behind.

    `lost` is a method and a path. The answer to the first such call was lost when the kills begin.
    """
    with interviews() as made, kill_driver(made.run) as driver:

        def prepare(number: int) -> str:
            interview_id = made.schedule(number, calendar=calendar)
            _change(made, driver, interview_id, changed, lost)
            return interview_id

        return killed_at_each_step(
            made,
            driver,
            KIND,
            prepare=prepare,
            wrong=lambda one: [*_wrong(made, driver, one, changed)],
            checked="each told once",
            every=every,
        )


def _change(
    made: InterviewRun, driver: KillDriver, interview_id: str, changed: Changed, lost: Lost | None
) -> None:
    """Change an interview that people know of. A worker has not carried that out."""
    finish(made, driver, KIND)
    if changed.earlier is not None:
        changed.earlier(made, interview_id)
        finish(made, driver, KIND)
    made.run.sandbox.control("DELETE", "invitations")
    changed.change(made, interview_id)
    if lost is not None:
        method, path = lost
        made.run.inject(path, method=method, times=1, carriedOut=True, reset=True)
        driver.do_due(KIND)
        made.make_due()


def _wrong(
    made: InterviewRun, driver: KillDriver, interview_id: str, changed: Changed
) -> Iterator[str]:
    yield from interview_ends.wrong(made, interview_id, changed.end)
    if changed is NEW_CALENDAR:
        driver.do_due(KIND)  # with the chore that removes it
        if made.run.value("select count(*) from group_calendars"):
            yield "the calendar is there still"


CREATED, PATCHED, CANCEL = ("POST", "/events$"), ("PATCH", "/events"), ("POST", "/cancel")
_on_own_calendar = partial(killed, every=3, calendar="organizer")
FAULTS: Faults = {
    "interview-move-killed": partial(killed, MOVED),
    "interview-move-answers-lost-killed": partial(_on_own_calendar, MOVED, lost=PATCHED),
    "interview-cancellation-killed": partial(killed, CANCELLED),
    "interview-cancellation-answers-lost-killed": partial(_on_own_calendar, CANCELLED, lost=CANCEL),
    "interview-panel-killed": partial(killed, NEW_PANEL),
    "interview-panel-answers-lost-killed": partial(_on_own_calendar, NEW_PANEL, lost=PATCHED),
    "interview-put-back-killed": partial(killed, PUT_BACK),
    "interview-put-back-answers-lost-killed": partial(_on_own_calendar, PUT_BACK, lost=PATCHED),
    "interview-place-killed": partial(killed, NEW_PLACE, every=2),
    "interview-place-answers-lost-killed": partial(_on_own_calendar, NEW_PLACE, lost=CREATED),
    "interview-calendar-removed-killed": partial(killed, NEW_CALENDAR, every=4),
    "interview-organizer-answers-lost-killed": partial(
        _on_own_calendar, NEW_ORGANIZER, lost=CANCEL
    ),
    "interview-postponed-killed": partial(killed, POSTPONED, every=3),
    "interview-new-time-killed": partial(killed, NEW_TIME, every=2),
    "interview-new-time-answers-lost-killed": partial(_on_own_calendar, NEW_TIME, lost=PATCHED),
}

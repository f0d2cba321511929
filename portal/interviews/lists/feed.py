"""The kind of feed entry that an interview is, and what is coming up with a candidate."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from portal import clock
from portal.candidates.feed import Coming, FeedKind, View
from portal.interviews import times
from portal.interviews.lists import agenda, answers, list_store, places, time_texts
from portal.interviews.lists.agenda import Line
from portal.interviews.lists.state_texts import listed
from portal.interviews.models import FEED_KIND, Goal, Interview, State
from portal.interviews.outside import move_store
from portal.interviews.outside.models import Move
from portal.interviews.rooms import room_store
from portal.interviews.rooms.models import Trouble
from portal.storage.rows import Rows

CHANGES = {
    Goal.SCHEDULED: "is being changed",
    Goal.NEEDS_TIME: "is being taken off the calendars",
    Goal.CANCELLED: "is being cancelled",
}
PHRASES = {
    State.WRITING: "is being scheduled",
    State.SCHEDULED: "was scheduled",
    State.NEEDS_TIME: "needs a time",
    State.ASKS: "needs a decision",
    State.FAILED: "was not scheduled",
    State.CANCELLED: "was cancelled",
}
# Each move has an entry of its own, which says that it "was moved".
MOVED = "has a new time"
HAVE_NO_TIME = (State.NEEDS_TIME, State.FAILED, State.CANCELLED)


@dataclass(frozen=True)
class ShownInterview:
    """An interview as its entry shows it. `at` is when it was scheduled."""

    id: str
    title: str
    text: str
    by: str
    at: datetime
    pills: tuple[tuple[str, str], ...]


def load(rows: Rows, interview_ids: Collection[str], view: View) -> dict[str, ShownInterview]:
    """The interviews of one page, as they stand now."""
    found = list_store.interviews(rows, interview_ids)
    panels = list_store.names(rows, interview_ids)
    troubles = room_store.troubles(rows, interview_ids)
    moves = move_store.latest(rows, interview_ids)
    return {
        each.id: _shown(
            each,
            panels.get(each.id, []),
            trouble=troubles.get(each.id),
            last=moves.get(each.id),
            view=view,
        )
        for each in found
    }


def hidden(rows: Rows, view: View) -> Collection[str]:  # noqa: ARG001  # no interview is
    """Everybody who recruits sees all interviews."""
    return ()


def _shown(
    one: Interview, panel: list[str], *, trouble: Trouble | None, last: Move | None, view: View
) -> ShownInterview:
    zone, now = times.known(view.time_zone), clock.utc_now()
    of_room = answers.of_room(trouble, one.room_name) if trouble and one.starts_at > now else None
    words = answers.of_state(one) or of_room
    time = time_texts.at_once(one, zone, now)
    with_panel = f", with {listed(panel)}" if panel else ""
    before = "It was planned for " if one.state in HAVE_NO_TIME else ""
    move = last if last and last.leads_to(one.starts_at, one.ends_at) else None
    is_moved = move is not None and one.state is State.SCHEDULED
    return ShownInterview(
        id=one.id,
        title=f"{one.title} {MOVED if is_moved else _phrase(one)}",
        text=f"{before}{time}{with_panel}. {places.in_short(one)}.{_moved(move, zone, now)}",
        by=f"Scheduled by {one.scheduled_by_name}",
        at=one.created_at,
        pills=((words.text, words.kind),) if words else (),
    )


def _phrase(one: Interview) -> str:
    """The present state."""
    if one.state is State.CHANGING:
        return CHANGES[one.goal]
    return PHRASES[one.state]


def _moved(move: Move | None, zone: tzinfo, now: datetime) -> str:
    """When this time became the interview's, and the time before it."""
    if move is None:
        return ""
    on, before = (time_texts.short_day(at, zone, now) for at in (move.seen_at, move.old_starts_at))
    hours = time_texts.hours(move.old_starts_at, move.old_ends_at, zone)
    return f" Moved on {on} from {before}, {hours}."


def coming(rows: Rows, view: View) -> tuple[Line, ...]:
    zone = times.known(view.time_zone)
    return agenda.of_candidate(
        rows, view.candidate.id, zone, reader_id=view.viewer_id, now=clock.utc_now()
    )


INTERVIEW = FeedKind(
    name=FEED_KIND,
    load=load,
    hidden=hidden,
    template="interviews/_entry.html",
    is_mail=False,
)
COMING_UP = Coming(load=coming, template="interviews/_coming.html")

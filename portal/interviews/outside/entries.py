"""The kind of feed entry that a move of an interview is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from portal import clock
from portal.candidates.feed import FeedKind, View
from portal.interviews import times
from portal.interviews.lists import list_store, time_texts
from portal.interviews.lists.models import Answer
from portal.interviews.models import Attends, Interview
from portal.interviews.outside import move_store, shifts, undo
from portal.interviews.outside.card import is_open_on
from portal.interviews.outside.history import MOVE_FEED_KIND
from portal.interviews.outside.models import Move, MoveSource, MoveState
from portal.interviews.outside.shifts import Shift
from portal.storage.rows import Rows
from portal.wording import listed, verb

TITLES = {
    MoveSource.OUTLOOK: "{title} was moved outside Portal",
    MoveSource.PORTAL: "{title} was moved",
    MoveSource.UNDO: "{title} was moved back",
}


@dataclass(frozen=True)
class ShownMove:
    """A move as its entry shows it. `back_to` is empty if it cannot be undone now."""

    id: str
    interview_id: str
    title: str
    text: str
    by: str
    at: datetime
    shift: Shift
    back_to: str
    keep_at: str
    pills: tuple[tuple[str, str], ...]


def load(rows: Rows, move_ids: Collection[str], view: View) -> dict[str, ShownMove]:
    """The moves of one page. Only the last one of an interview says who knows of it."""
    moves = move_store.moves(rows, move_ids)
    ids = {each.interview_id for each in moves}
    interviews = {each.id: each for each in list_store.interviews(rows, ids)}
    last, heard = move_store.latest(rows, ids), list_store.answers(rows, ids)
    return {
        each.id: _shown(
            interviews[each.interview_id],
            each,
            heard.get(each.interview_id, []),
            view,
            is_last=last.get(each.interview_id) == each,
        )
        for each in moves
    }


def hidden(rows: Rows, view: View) -> Collection[str]:  # noqa: ARG001  # no move is
    """Everybody who recruits sees all interviews."""
    return ()


def _shown(
    one: Interview, move: Move, heard: Iterable[Answer], view: View, *, is_last: bool
) -> ShownMove:
    zone, now = times.known(view.time_zone), clock.utc_now()
    before = (move.old_starts_at, move.old_ends_at)
    after = (move.new_starts_at, move.new_ends_at)
    is_now = is_last and (one.starts_at, one.ends_at) == after and one.starts_at > now
    is_open = is_last and move.is_open and is_open_on(one, now=now)
    return ShownMove(
        id=move.id,
        interview_id=one.id,
        title=TITLES[move.source].format(title=one.title),
        text=_who_knows(heard, after) if is_now else "",
        by=_by(move),
        at=move.seen_at,
        shift=shifts.shift(one, before, after, zone, now=now),
        back_to=shifts.start(before, zone, now)
        if is_last and undo.is_undoable(one, move, now=now)
        else "",
        keep_at=shifts.start(after, zone, now) if is_now and is_open else "",
        pills=_pills(move, zone, now, is_open=is_now and is_open),
    )


def _by(move: Move) -> str:
    """Microsoft does not tell who moved it."""
    if move.source is MoveSource.OUTLOOK:
        return f"In Outlook, on {move.calendar}"
    return f"By {move.decided_by_name}"


def _pills(
    move: Move, zone: tzinfo, now: datetime, *, is_open: bool
) -> tuple[tuple[str, str], ...]:
    if is_open:
        return (("Needs a look", "warn"),)
    if move.state is MoveState.UNDONE:
        return (("Undone", ""),)
    is_kept = move.source is MoveSource.OUTLOOK and move.state is MoveState.KEPT
    if not is_kept or move.decided_at is None:
        return ()
    on = time_texts.short_day(move.decided_at, zone, now)
    return ((f"Kept by {move.decided_by_name} on {on}", ""),)


def _who_knows(heard: Iterable[Answer], after: tuple[datetime, datetime]) -> str:
    """Sentences about those who were told of the new time, and those who may have the old one."""
    knows: list[str] = []
    late: list[str] = []
    for each in heard:
        name = "the room" if each.role is Attends.ROOM else time_texts.first_name(each.name)
        (knows if (each.starts_at, each.ends_at) == after else late).append(name)
    said = []
    if knows:
        has = verb(len(knows), "has", "have")
        said.append(f"{listed(knows)} {has} been told.")
    if late:
        said.append(f"{listed(late)} may still have the time before.")
    return " ".join(f"{each[:1].upper()}{each[1:]}" for each in said)


INTERVIEW_MOVE = FeedKind(
    name=MOVE_FEED_KIND,
    load=load,
    hidden=hidden,
    template="interviews/outside/_entry.html",
    is_mail=False,
)

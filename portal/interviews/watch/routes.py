"""The button that reads the calendar of an interview now."""

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from portal import clock
from portal.interviews import store
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Event
from portal.interviews.watch import state, watch_store
from portal.storage.rows import Rows
from portal.web.access import member_only
from portal.web.current import services
from portal.web.flashes import tell

bp = Blueprint("interview_watch", __name__)


@bp.post("/interviews/<interview_id>/outlook-check")
@member_only
def check(interview_id: str) -> Response:
    """Ask for a read, unless the last one is only seconds old."""
    rows, now = services.rows, clock.utc_now()
    one = store.interview(rows, interview_id)
    events = [each for each in store.events(rows, one.id) if each.generation == one.generation]
    if events and all(_is_just_read(rows, each, now) for each in events):
        tell(InterviewFlash.JUST_READ)
    elif not _ask(rows, events, now):
        tell(InterviewFlash.NOT_WATCHED)
    elif (watching := state.of_interview(rows, one, events, now=now)) and watching.is_lost:
        tell(InterviewFlash.WATCH_LOST.of(reason=watching.reason))
    else:
        tell(InterviewFlash.READING)
    return redirect(f"/interviews/{one.id}", 303)


def _ask(rows: Rows, events: Iterable[Event], now: datetime) -> bool:
    with rows.write():
        return watch_store.ask(rows, {watch_store.id_of(each) for each in events}, now=now)


def _is_just_read(rows: Rows, event: Event, now: datetime) -> bool:
    read_at = watch_store.last_read(rows, event)
    return read_at is not None and now - read_at < watch_store.BETWEEN_READS

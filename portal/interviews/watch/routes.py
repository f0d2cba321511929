"""The button that reads the calendar of an interview now."""

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from portal import clock
from portal.interviews import store
from portal.interviews.models import Event
from portal.interviews.watch import state, watch_store
from portal.storage.rows import Rows
from portal.web.access import member_only
from portal.web.current import services

bp = Blueprint("interview_watch", __name__)
READS = "Portal reads the calendar now. Reload this page in a few seconds."
JUST_READ = "Portal read the calendar a few seconds ago."
NOT_WATCHED = "Portal does not watch this interview now, since nobody is invited to it."


@bp.post("/interviews/<interview_id>/outlook-check")
@member_only
def check(interview_id: str) -> Response:
    """Ask for a read, unless the last one is only seconds old."""
    rows, now = services.rows, clock.utc_now()
    one = store.interview(rows, interview_id)
    events = [each for each in store.events(rows, one.id) if each.generation == one.generation]
    if events and all(_is_just_read(rows, each, now) for each in events):
        flash(JUST_READ, "success")
    elif not _ask(rows, events, now):
        flash(NOT_WATCHED, "warning")
    elif (watching := state.of_interview(rows, one, events, now=now)) and watching.is_lost:
        flash(watching.reason, "warning")
    else:
        flash(READS, "success")
    return redirect(f"/interviews/{one.id}", 303)


def _ask(rows: Rows, events: Iterable[Event], now: datetime) -> bool:
    with rows.write():
        return watch_store.ask(rows, {watch_store.id_of(each) for each in events}, now=now)


def _is_just_read(rows: Rows, event: Event, now: datetime) -> bool:
    read_at = watch_store.last_read(rows, event)
    return read_at is not None and now - read_at < watch_store.BETWEEN_READS

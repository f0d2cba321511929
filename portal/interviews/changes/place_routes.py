"""The page that holds an interview elsewhere: says first what that does to the invitations."""

from typing import Any

from flask import Blueprint, request

from portal import clock
from portal.calendars import store as rooms
from portal.errors import Invalid
from portal.interviews import store
from portal.interviews.changes import consequences, homes, places, shared_routes
from portal.interviews.changes.consequences import Known
from portal.interviews.changes.forms import PlaceForm
from portal.interviews.changes.routes import known
from portal.interviews.changes.shared_routes import Answer, ChangePage
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Interview, State
from portal.interviews.rooms import before_sending, checks, free_rooms
from portal.interviews.rooms.before_sending import RoomTaken
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services

bp = Blueprint("interview_places", __name__)
PATH = "/interviews/<interview_id>/place"
MOST_ROOMS = 200


@bp.get(PATH)
@member_only
def ask(interview_id: str) -> Answer:
    form = PlaceForm.showing(known(services.rows, interview_id).interview)
    return shared_routes.shown(PAGE, interview_id, form)


@bp.post(PATH)
@member_only
def change(interview_id: str) -> Answer:
    form = PlaceForm(request.form)
    try:
        form.check()
        if request.form.get("do") in ("check", "save"):
            _require_free(store.interview(services.rows, interview_id), form)
    except Invalid as refusal:
        form.refuse(refusal)
        return shared_routes.shown(PAGE, interview_id, form, status=refusal.status)
    return shared_routes.submitted(PAGE, interview_id, form)


def _values(found: Known, form: PlaceForm, *, is_checked: bool) -> dict[str, Any]:
    """With the interview at the wanted place. Raises Conflict or Invalid if it cannot be there."""
    now = clock.utc_now()
    after = (
        places.possible(services.rows, found.interview, _wanted(form), now=now)
        if is_checked
        else None
    )
    return {
        "rooms": rooms.rooms(services.rows, limit=MOST_ROOMS),
        "said": consequences.of_new_place(found, after) if after else [],
        "is_change": after is not None and after != found.interview,
    }


def _require_free(one: Interview, form: PlaceForm) -> None:
    """Refuse another room that Microsoft shows as taken, and name the next one that is free."""
    wanted = _wanted(form)
    if wanted.room is None or wanted.room.id == one.room_id or one.state is State.NEEDS_TIME:
        return
    panel = store.panel(services.rows, one.id)
    seats, askers = free_rooms.seats(panel, wanted.place), [*checks.askers(one), current_user.id]
    span = (one.starts_at, one.ends_at)
    found = before_sending.asked(services, wanted.room, span, seats, askers, interview_id=one.id)
    if found.is_taken:
        other = f" {found.offer.room.name} is free." if found.offer.room else ""
        raise Invalid(f"{RoomTaken(wanted.room.name)}{other}", field=places.FIELDS[wanted.place])


def _save(interview_id: str, form: PlaceForm) -> Interview:
    return places.change_place(
        act(),
        interview_id,
        version=form.seen_version,
        wanted=_wanted(form),
        override=form.overrides,
    )


def _wanted(form: PlaceForm) -> places.Chosen:
    return places.chosen(services.rows, form.where, form.place_value)


PAGE = ChangePage(
    "interviews/changes/place.html",
    homes.require_changeable,
    _values,
    _save,
    as_before=InterviewFlash.PLACE_AS_BEFORE,
    saved=InterviewFlash.PLACE_SAVED,
    changing=InterviewFlash.PLACE_CHANGING,
)

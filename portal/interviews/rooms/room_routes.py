"""Take the next free room of an alert: asked of Microsoft once more, then changed in one press."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from portal.errors import Conflict, Invalid
from portal.flash_texts import Flash, FlashText
from portal.interviews import platform_off, store
from portal.interviews.changes import places
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.forms import LONGEST_ROOM, ChangeForm
from portal.interviews.changes.routes import require_as_seen, url_of
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Interview
from portal.interviews.plan.columns import Free
from portal.interviews.rooms import checks, free_rooms
from portal.interviews.rooms.free_rooms import Wanted
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell, tell_refusal
from portal.web.forms import LineField
from portal.web.limits import limit

bp = Blueprint("interview_rooms", __name__)
TAKEN = "{name} was just taken. This page shows what is free now."


class RoomForm(ChangeForm):
    room = LineField("Room", longest=LONGEST_ROOM)


@bp.post("/interviews/<interview_id>/room")
@member_only
def take(interview_id: str) -> Response:
    limit(f"schedule:{current_user.id}", hits=600, seconds=600)
    form = RoomForm(request.form)
    try:
        form.check()
        tell(_taken(store.interview(services.rows, interview_id), form))
    except Outdated:
        tell(InterviewFlash.ROOM_OUTDATED)
    except (Invalid, Conflict) as refusal:
        tell_refusal(refusal)
    return redirect(url_of(interview_id), 303)


def _taken(one: Interview, form: RoomForm) -> FlashText | Flash:
    """The sentence about what follows. Raises Conflict if the room is not free any more."""
    if one.version != form.seen_version or one.place not in places.WITH_ROOM:
        raise Outdated
    wanted = places.chosen(services.rows, one.place, form.room.data)
    if wanted.room is None:
        raise Outdated
    need = Wanted((one.starts_at, one.ends_at), seats=0, interview_id=one.id)
    asked = [*checks.askers(one), current_user.id]
    if free_rooms.at(services, wanted.room, need, asked).state in (Free.BUSY, Free.MAYBE):
        raise Conflict(TAKEN.format(name=wanted.room.name))
    with services.rows.write():
        require_as_seen(services.rows, one.id, form.seen)
        changed = places.change_place(act(), one.id, version=form.seen_version, wanted=wanted)
    if changed.version == form.seen_version:
        return InterviewFlash.ROOM_AS_BEFORE.of(room=wanted.room.name)
    said = InterviewFlash.ROOM_CHANGING.of(room=wanted.room.name, other=one.room_name)
    return platform_off.outcome(services.rows, changed, said)

"""The question before a person with coming interviews is disabled."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.flash_texts import Flash, FlashText
from portal.interviews.effects import departures
from portal.interviews.flash_texts import InterviewFlash
from portal.users import store as people
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import services
from portal.web.flashes import tell
from portal.wording import counted, verb

bp = Blueprint("departing_people", __name__)
PATH = "/admin/users/<user_id>/interviews"


@bp.get(PATH)
@admin_only
def ask(user_id: str) -> str:
    return render_template(
        "interviews/departure.html",
        person=people.user(services.rows, user_id),
        affected=departures.affected(act(), user_id),
    )


@bp.post(PATH)
@admin_only
def disable(user_id: str) -> Response:
    person, found = departures.disable(act(), user_id)
    tell(InterviewFlash.LEFT.of(name=person.display_name), _interviews(found))
    return redirect(url_for("people.people"), 303)


def _interviews(found: list[departures.Affected]) -> FlashText | Flash:
    asking = sum(each.asks for each in found)
    if not asking:
        return InterviewFlash.NONE_TO_DECIDE
    need = verb(asking, "needs", "need")
    return InterviewFlash.TO_DECIDE.of(interviews=counted(asking, "interview"), need=need)

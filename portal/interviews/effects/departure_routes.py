"""The question before a person with coming interviews is disabled."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.interviews.effects import departures
from portal.users import store as people
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import services
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
    flash(
        f"{person.display_name} can no longer sign in, and is signed out everywhere. "
        f"{_interviews(found)}",
        "success",
    )
    return redirect(url_for("people.people"), 303)


def _interviews(found: list[departures.Affected]) -> str:
    asking = sum(each.asks for each in found)
    if not asking:
        return "No interview needs a decision."
    return f"{counted(asking, 'interview')} {verb(asking, 'needs', 'need')} a decision."

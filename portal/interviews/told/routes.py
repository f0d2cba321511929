"""The button on the page of an interview that tells people its new time."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from portal.errors import Conflict, Invalid
from portal.interviews.changes.routes import url_of
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.told import mails
from portal.interviews.told.forms import TellForm
from portal.web import flashes
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.limits import limit
from portal.wording import listed

bp = Blueprint("interview_times", __name__)


@bp.post("/interviews/<interview_id>/new-time")
@member_only
def tell(interview_id: str) -> Response:
    """Mail the new time to the people whom the button named."""
    limit(f"new-time:{current_user.id}", hits=60, seconds=600)
    form = TellForm(request.form)
    try:
        form.check()
        told = mails.send(
            act(), services, interview_id, version=int(form.version.data), chosen=form.chosen
        )
    except (Conflict, Invalid) as refusal:
        flashes.tell_refusal(refusal)
    else:
        names = listed(each.name for each in told)
        flashes.tell(InterviewFlash.NEW_TIME_MAILED.of(names=names))
    return redirect(url_of(interview_id), 303)

"""A person's own meeting hours, on their Calendar page."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.availability import own_hours
from portal.availability.forms import HoursForm
from portal.availability.hours import week_of
from portal.availability.presentation import AvailabilityFlash
from portal.availability.routes import calendar_page
from portal.errors import Invalid
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user
from portal.web.flashes import tell

bp = Blueprint("meeting_hours", __name__)


@bp.post("/settings/calendar/hours")
@signed_in
def set_hours() -> Response | tuple[str, int]:
    form = HoursForm(request.form)
    try:
        form.check()
    except Invalid as refusal:
        return calendar_page(form.refuse(refusal)), refusal.status
    own_hours.set_own(act(), current_user.id, week_of(form.windows))
    tell(AvailabilityFlash.OWN_HOURS)
    return redirect(url_for("availability.page", _anchor="hours"), 303)


@bp.post("/settings/calendar/hours/removal")
@signed_in
def remove_hours() -> Response:
    own_hours.use_organization_hours(act(), current_user.id)
    tell(AvailabilityFlash.ORGANIZATION_HOURS)
    return redirect(url_for("availability.page", _anchor="hours"), 303)

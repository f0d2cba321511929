"""Group calendars for administrators: add one, and choose the default."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from portal.group_calendars import defaults
from portal.web.access import admin_only
from portal.web.act import act

bp = Blueprint("group_calendars", __name__)
BELOW = "/admin/integrations/microsoft-365/group-calendars"


@bp.post(f"{BELOW}/<calendar_id>/default")
@admin_only
def make_default(calendar_id: str) -> Response:
    calendar = defaults.make_default(act(), calendar_id)
    flash(f"{calendar.name} is the default calendar now.", "success")
    return redirect(url_for("integrations.microsoft_365", _anchor="group-calendars"), 303)

"""Group calendars for administrators: list them, add one, and choose the default."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from portal.group_calendars import defaults
from portal.group_calendars.flash_texts import GroupCalendarFlash
from portal.group_calendars.roster.routes import list_page
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.flashes import tell

bp = Blueprint("group_calendars", __name__)
BELOW = "/admin/integrations/microsoft-365/group-calendars"


@bp.get(BELOW)
@admin_only
def all_calendars() -> str:
    return list_page()


@bp.post(f"{BELOW}/<calendar_id>/default")
@admin_only
def make_default(calendar_id: str) -> Response:
    calendar = defaults.make_default(act(), calendar_id)
    tell(GroupCalendarFlash.DEFAULT.of(name=calendar.name))
    return redirect(url_for("group_calendars.all_calendars"), 303)

"""The page that puts an interview on another calendar, or under another organizer."""

from typing import Any

from flask import Blueprint, request

from portal.errors import Invalid
from portal.group_calendars import store as group_calendars
from portal.interviews import readiness
from portal.interviews.changes import consequences, homes, shared_routes
from portal.interviews.changes.consequences import Known
from portal.interviews.changes.forms import HomeForm
from portal.interviews.changes.routes import known
from portal.interviews.changes.shared_routes import Answer, ChangePage
from portal.interviews.communication import OWN, Communication, communication
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Interview
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import services

bp = Blueprint("interview_homes", __name__)
PATH = "/interviews/<interview_id>/calendar"


@bp.get(PATH)
@member_only
def ask(interview_id: str) -> Answer:
    one = known(services.rows, interview_id).interview
    form = HomeForm(calendar=_value(one), organizer=one.organizer_id or "")
    return shared_routes.shown(PAGE, interview_id, form)


@bp.post(PATH)
@member_only
def change(interview_id: str) -> Answer:
    return shared_routes.submitted(PAGE, interview_id, HomeForm(request.form))


def _value(one: Interview) -> str:
    return f"group:{one.calendar_id}" if one.calendar_id else OWN


def _values(found: Known, form: HomeForm, *, is_checked: bool) -> dict[str, Any]:
    """With everybody who schedules, judged on the chosen calendar."""
    calendars = group_calendars.offered(services.rows)
    home = communication(form.calendar.data or "", None, calendars)
    group = home.group if home else None
    one = found.interview
    organizers = readiness.organizers(services.rows, one.place, group)
    before = (one.organizer_id, one.organizer_name)
    is_same = form.calendar.data == _value(one) and any(
        each.user_id == form.organizer.data and (each.user_id, each.name) == before
        for each in organizers
    )
    said = [consequences.NOTHING] if is_same else consequences.of_new_events(found)
    return {
        "calendars": [
            (OWN, "Own calendar of the organizer"),
            *((f"group:{each.id}", each.name) for each in calendars),
        ],
        "organizers": organizers,
        "said": said if is_checked else [],
        "is_change": is_checked and not is_same,
    }


def _save(interview_id: str, form: HomeForm) -> Interview:
    return homes.change_home(
        act(),
        interview_id,
        version=form.seen_version,
        calendar=_chosen(form),
        organizer_id=form.organizer.data,
        override=form.overrides,
    )


def _chosen(form: HomeForm) -> Communication:
    found = communication(form.calendar.data, None, group_calendars.offered(services.rows))
    if found is None or not form.calendar.data:
        raise Invalid(homes.GONE, field="calendar")
    return found


PAGE = ChangePage(
    "interviews/changes/home.html",
    homes.require_changeable,
    _values,
    _save,
    as_before=InterviewFlash.HOME_AS_BEFORE,
    saved=InterviewFlash.HOME_SAVED,
    changing=InterviewFlash.HOME_CHANGING,
)

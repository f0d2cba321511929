"""The page that puts an interview on another calendar, or under another organizer."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid
from portal.group_calendars import store as group_calendars
from portal.interviews import readiness
from portal.interviews.changes import consequences, differences, homes
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.forms import HomeForm
from portal.interviews.changes.routes import known, require_as_seen, url_of
from portal.interviews.claims import Taken
from portal.interviews.communication import OWN, Communication, communication
from portal.interviews.models import Interview, State
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import services

bp = Blueprint("interview_homes", __name__)
Answer = Response | str | tuple[str, int]
PATH = "/interviews/<interview_id>/calendar"


@bp.get(PATH)
@member_only
def ask(interview_id: str) -> Answer:
    one = known(services.rows, interview_id).interview
    form = HomeForm(calendar=_value(one), organizer=one.organizer_id or "")
    return _page_or_interview(interview_id, form)


@bp.post(PATH)
@member_only
def change(interview_id: str) -> Answer:
    """Show what follows and who can organize there, or change it, as the pressed button says."""
    form, do = HomeForm(request.form), request.form.get("do")
    try:
        form.check()
        if do != "save":
            return _page_or_interview(interview_id, form, is_checked=True)
        with services.rows.write():
            require_as_seen(services.rows, interview_id, form.seen)
            changed = homes.change_home(
                act(),
                interview_id,
                version=form.seen_version,
                calendar=_chosen(form),
                organizer_id=form.organizer.data,
                override=form.overrides,
            )
    except Invalid as refusal:
        return _page_or_interview(interview_id, form.refuse(refusal), status=refusal.status)
    except (Outdated, Taken) as refusal:
        return _page_or_interview(
            interview_id, form, refusal, is_checked=True, status=refusal.status
        )
    except Conflict as refusal:
        return _to(interview_id, str(refusal), "warning")
    return _to(interview_id, _done(changed, form.seen_version), "success")


def _done(changed: Interview, seen_version: int) -> str:
    """The sentence about what follows now. An interview without a time has no events."""
    if changed.version == seen_version:
        return "The calendar and the organizer are as before."
    if changed.state is State.NEEDS_TIME:
        return f"The calendar of {changed.label} is saved. Now choose a new time."
    return f"Portal is making the events of {changed.label} again."


def _value(one: Interview) -> str:
    return f"group:{one.calendar_id}" if one.calendar_id else OWN


def _chosen(form: HomeForm) -> Communication:
    found = communication(form.calendar.data, None, group_calendars.calendars(services.rows))
    if found is None or not form.calendar.data:
        raise Invalid(homes.GONE, field="calendar")
    return found


def _page_or_interview(
    interview_id: str,
    form: HomeForm,
    refusal: Conflict | None = None,
    *,
    is_checked: bool = False,
    status: int = 200,
) -> Answer:
    """The page, or the interview with the reason why its calendar stays."""
    found = known(services.rows, interview_id)
    try:
        homes.require_changeable(found.interview, now=clock.utc_now())
    except Conflict as impossible:
        return _to(interview_id, str(impossible), "warning")
    calendars = group_calendars.calendars(services.rows)
    home = communication(form.calendar.data or "", None, calendars)
    group = home.group if home else None
    facts = differences.facts(found.interview, found.panel)
    page = render_template(
        "interviews/changes/home.html",
        interview=found.interview,
        back_url=url_of(interview_id),
        form=form,
        calendars=[(OWN, "Own calendar of the organizer")]
        + [(f"group:{each.id}", each.name) for each in calendars],
        organizers=readiness.organizers(services.rows, found.interview.place, group),
        said=consequences.of_new_events(found) if is_checked else [],
        facts=facts,
        refusal=refusal,
        may_override=isinstance(refusal, Taken) and refusal.may_override,
        differences=(
            differences.differences(form.seen, facts) if isinstance(refusal, Outdated) else []
        ),
    )
    return page, status


def _to(interview_id: str, sentence: str, kind: str) -> Response:
    flash(sentence, kind)
    return redirect(url_of(interview_id), 303)

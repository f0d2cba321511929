"""Scheduling: who, where and when in step 1. Only "Send" in step 2 stores anything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.availability import openings
from portal.candidates import store as candidates
from portal.candidates.models import Candidate
from portal.errors import Invalid
from portal.flows import departure_routes
from portal.group_calendars import store as group_calendars
from portal.interviews.communication import communication
from portal.interviews.kinds import kind_store
from portal.interviews.models import Kind
from portal.interviews.plan import hindrances, people_store, typed
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.forms import PlanForm, new_draft
from portal.interviews.plan.hindrances import Hindrance
from portal.interviews.plan.presentation import shown
from portal.interviews.plan.step import step
from portal.interviews.plan.who import Who, who
from portal.interviews.preview.check_routes import step_two
from portal.web.access import member_only
from portal.web.current import current_user, services
from portal.web.forms import one_line
from portal.web.limits import limit
from portal.web.templating import zone

bp = Blueprint("interview_plan", __name__)
Answer = Response | str | tuple[str, int]
GONE = "Somebody on this panel may no longer sign in to Portal. They are left out now."
# The buttons that lead beyond step 1, or stand on step 2.
STEP_TWO = ("check", "apply", "send")
PATH = "/candidates/<candidate_id>/interviews/new"


@bp.get(PATH)
@member_only
def new(candidate_id: str) -> Answer:
    candidate = candidates.candidate(services.rows, candidate_id)
    if hindrance := hindrances.hindrance(services, candidate):
        return _hindered(candidate, hindrance)
    if request.args.get("number"):
        return _returned(candidate)
    kind = kind_store.kinds(services.rows)[0]
    day = typed.first_day(clock.utc_now(), zone())
    draft = new_draft(kind, day=day, zone=zone_name(), candidate_zone=candidate.time_zone)
    return _page(candidate, PlanForm.showing(draft), draft)


@bp.post(PATH)
@member_only
def submit(candidate_id: str) -> Answer:
    """Do what the pressed button says. Every button but the last only renders the page again."""
    limit(f"schedule:{current_user.id}", hits=600, seconds=600)
    candidate = candidates.candidate(services.rows, candidate_id)
    if hindrance := hindrances.hindrance(services, candidate):
        return _hindered(candidate, hindrance), Invalid.status
    form, do = PlanForm(request.form), pressed()
    kinds = kind_store.kinds(services.rows)
    draft = typed.read(form, kinds, request.form, zone_name=zone_name(), zone=zone())
    read_calendars(draft)
    if do == "connect":
        return _connect(draft, kinds)
    if do in STEP_TWO and not form.errors:
        return _step_two(candidate, form, draft, do)
    page = _page(candidate, form, draft)
    return (page, Invalid.status) if form.errors else page


def pressed() -> str:
    """The button that was pressed. One that takes another room checks again."""
    return "check" if request.form.get("take_room") else request.form.get("do", "")


def _returned(candidate: Candidate) -> str:
    """Step 1 with what was chosen before the person left for Microsoft.

    An address alone has nobody's calendar read: people choose a panel by sending the form.
    """
    limit(f"schedule:{current_user.id}", hits=600, seconds=600)
    form, kinds = PlanForm(request.args), kind_store.kinds(services.rows)
    draft = typed.read(form, kinds, request.args, zone_name=zone_name(), zone=zone())
    return _page(candidate, form, draft)


def zone_name() -> str:
    """The reader's zone, or UTC if this machine does not know it."""
    return "UTC" if zone() is UTC else current_user.time_zone


def _hindered(candidate: Candidate, found: Hindrance) -> str:
    return render_template("interviews/plan/hindrance.html", candidate=candidate, hindrance=found)


def _page(candidate: Candidate, form: PlanForm, draft: Draft) -> str:
    now = clock.utc_now()
    people = people_of(form, draft, now)
    found = step(
        services,
        candidate,
        draft,
        people,
        current_user.id,
        all_organizers=request.form.get("do") == "all-organizers",
        now=now,
    )
    return render_template(
        "interviews/plan/schedule.html",
        form=form,
        step=found,
        shown=shown(found, now=now),
    )


def people_of(form: PlanForm, draft: Draft, now: datetime) -> Who:
    """The rows of the panel. A person who may not sign in any more is named as missing."""
    found = who(
        services.rows,
        draft,
        search=one_line(request.form, "people"),
        shows_all=request.form.get("do") == "all-people",
        now=now,
    )
    if len(found.panel) < len(draft.panel):
        form.refuse(Invalid(GONE, field="panel"))
    return found


def read_calendars(draft: Draft) -> None:
    """Have the calendars of the panel read from now on. Only somebody's choice may do that."""
    chosen = people_store.chosen(services.rows, draft.panel)
    openings.note_all(services.rows, [each.user_id for each in chosen], now=clock.utc_now())


def _connect(draft: Draft, kinds: Sequence[Kind]) -> Answer:
    """Leave for Microsoft with what an organizer needs, and come back to organize it oneself."""
    draft = replace(draft, organizer_id="")
    kind = next((each for each in kinds if each.id == draft.kind_id), None)
    found = communication(draft.calendar, kind, group_calendars.offered(services.rows))
    if found is None or found.group is None:
        return departure_routes.connect_to_organize(draft.kept())
    return departure_routes.connect_to_organize_on_group(draft.kept())


def _step_two(candidate: Candidate, form: PlanForm, draft: Draft, do: str) -> Answer:
    """Step 2, unless something has to change in step 1."""
    try:
        return step_two(candidate.id, draft, do)
    except Invalid as refusal:
        return _page(candidate, form.refuse(refusal), draft), refusal.status

"""The page that holds an interview elsewhere: says first what that does to the invitations."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.calendars import store as rooms
from portal.errors import Conflict, Invalid
from portal.interviews.changes import consequences, differences, homes, places
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.forms import PlaceForm
from portal.interviews.changes.routes import known, require_as_seen, url_of
from portal.interviews.claims import Taken
from portal.interviews.models import Interview, State
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import services

bp = Blueprint("interview_places", __name__)
Answer = Response | str | tuple[str, int]
PATH = "/interviews/<interview_id>/place"
MOST_ROOMS = 200


@bp.get(PATH)
@member_only
def ask(interview_id: str) -> Answer:
    form = PlaceForm.showing(known(services.rows, interview_id).interview)
    return _page_or_interview(interview_id, form)


@bp.post(PATH)
@member_only
def change(interview_id: str) -> Answer:
    """Show what follows, or change it, as the pressed button says."""
    form = PlaceForm(request.form)
    try:
        form.check()
        wanted = places.chosen(services.rows, form.where, form.place_value)
        if request.form.get("do") != "save":
            return _page_or_interview(interview_id, form, after=_after(interview_id, wanted))
        with services.rows.write():
            require_as_seen(services.rows, interview_id, form.seen)
            changed = places.change_place(
                act(),
                interview_id,
                version=form.seen_version,
                wanted=wanted,
                override=form.overrides,
            )
    except Invalid as refusal:
        return _page_or_interview(interview_id, form.refuse(refusal), status=refusal.status)
    except (Outdated, Taken) as refusal:
        return _again(interview_id, form, wanted, refusal)
    except Conflict as refusal:
        return _to(interview_id, str(refusal), "warning")
    return _to(interview_id, _done(changed, form.seen_version), "success")


def _done(changed: Interview, seen_version: int) -> str:
    """The sentence about what follows now. An interview without a time has nobody to tell."""
    if changed.version == seen_version:
        return "The place is as before."
    if changed.state is State.NEEDS_TIME:
        return f"The place of {changed.label} is saved. Now choose a new time."
    return f"Portal is changing the place of {changed.label} now."


def _after(interview_id: str, wanted: places.Chosen) -> Interview:
    """The interview at this place. Raises Conflict or Invalid if it cannot be there."""
    before = known(services.rows, interview_id).interview
    return places.possible(services.rows, before, wanted, now=clock.utc_now())


def _again(
    interview_id: str, form: PlaceForm, wanted: places.Chosen, refusal: Outdated | Taken
) -> Answer:
    """The same page with what changed, or why the place is not possible any more."""
    try:
        after = _after(interview_id, wanted)
    except Invalid as impossible:
        form.refuse(impossible)
        return _page_or_interview(interview_id, form, refusal, status=refusal.status)
    except Conflict as impossible:
        return _to(interview_id, str(impossible), "warning")
    return _page_or_interview(interview_id, form, refusal, after=after, status=refusal.status)


def _page_or_interview(
    interview_id: str,
    form: PlaceForm,
    refusal: Conflict | None = None,
    *,
    after: Interview | None = None,
    status: int = 200,
) -> Answer:
    """The page, or the interview with the reason why its place stays."""
    found = known(services.rows, interview_id)
    try:
        homes.require_changeable(found.interview, now=clock.utc_now())
    except Conflict as impossible:
        return _to(interview_id, str(impossible), "warning")
    facts = differences.facts(found.interview, found.panel)
    is_old = isinstance(refusal, Outdated)
    page = render_template(
        "interviews/changes/place.html",
        interview=found.interview,
        back_url=url_of(interview_id),
        form=form,
        rooms=rooms.rooms(services.rows, limit=MOST_ROOMS),
        said=consequences.of_new_place(found, after) if after else [],
        is_change=after is not None and after != found.interview,
        facts=facts,
        refusal=refusal,
        may_override=isinstance(refusal, Taken) and refusal.may_override,
        differences=differences.differences(form.seen, facts) if is_old else [],
    )
    return page, status


def _to(interview_id: str, sentence: str, kind: str) -> Response:
    flash(sentence, kind)
    return redirect(url_of(interview_id), 303)

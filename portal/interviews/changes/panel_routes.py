"""The page that changes a panel: choose people, see who is told what, then change it."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid
from portal.interviews.changes import consequences, differences, panel_people, panels
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.forms import PanelForm
from portal.interviews.changes.routes import known, require_as_seen, url_of
from portal.interviews.claims import Taken
from portal.interviews.models import Interview, Panelist, State
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import services

bp = Blueprint("interview_panels", __name__)
Answer = Response | str | tuple[str, int]
PATH = "/interviews/<interview_id>/panel"


@bp.get(PATH)
@member_only
def ask(interview_id: str) -> Answer:
    form = PanelForm.showing(known(services.rows, interview_id).panel)
    return _page_or_interview(interview_id, form)


@bp.post(PATH)
@member_only
def change(interview_id: str) -> Answer:
    """Search, show what follows, or change it, as the pressed button says."""
    form, do = PanelForm(request.form), request.form.get("do")
    try:
        form.check()
        if do != "save":
            return _page_or_interview(interview_id, form, is_checked=do == "check")
        with services.rows.write():
            require_as_seen(services.rows, interview_id, form.seen)
            changed = panels.change_panel(
                act(),
                interview_id,
                version=form.seen_version,
                panel=_wanted(form),
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
    """The sentence about what follows now. An interview without a time has nobody to tell."""
    if changed.version == seen_version:
        return "The panel is as before."
    if changed.state is State.NEEDS_TIME:
        return f"The panel of {changed.label} is saved. Now choose a new time."
    return f"Portal is changing the panel of {changed.label} now."


def _page_or_interview(
    interview_id: str,
    form: PanelForm,
    refusal: Conflict | None = None,
    *,
    is_checked: bool = False,
    status: int = 200,
) -> Answer:
    """The page, or the interview with the reason why its panel stays."""
    found = known(services.rows, interview_id)
    try:
        panels.require_changeable(found.interview, now=clock.utc_now())
    except Conflict as impossible:
        return _to(interview_id, str(impossible), "warning")
    wanted = _wanted(form)
    facts = differences.facts(found.interview, found.panel)
    is_old = isinstance(refusal, Outdated)
    page = render_template(
        "interviews/changes/panel.html",
        interview=found.interview,
        back_url=url_of(interview_id),
        form=form,
        people=panel_people.choices(
            services.rows, form.chosen, form.may_be_missing, search=form.people.data or ""
        ),
        wanted=wanted,
        said=consequences.of_panel_change(found, wanted) if is_checked and wanted else [],
        facts=facts,
        refusal=refusal,
        may_override=isinstance(refusal, Taken) and refusal.may_override,
        differences=differences.differences(form.seen, facts) if is_old else [],
    )
    return page, status


def _wanted(form: PanelForm) -> list[Panelist]:
    return panel_people.panel(services.rows, form.chosen, form.may_be_missing)


def _to(interview_id: str, sentence: str, kind: str) -> Response:
    flash(sentence, kind)
    return redirect(url_of(interview_id), 303)

"""The page that changes a panel: choose people, see who is told what, then change it."""

from typing import Any

from flask import Blueprint, request

from portal.interviews.changes import checks, consequences, panel_people, panels, shared_routes
from portal.interviews.changes.consequences import Known
from portal.interviews.changes.forms import PanelForm
from portal.interviews.changes.routes import known
from portal.interviews.changes.shared_routes import Answer, ChangePage
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Interview, Panelist
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import services

bp = Blueprint("interview_panels", __name__)
PATH = "/interviews/<interview_id>/panel"


@bp.get(PATH)
@member_only
def ask(interview_id: str) -> Answer:
    form = PanelForm.showing(known(services.rows, interview_id).panel)
    return shared_routes.shown(PAGE, interview_id, form)


@bp.post(PATH)
@member_only
def change(interview_id: str) -> Answer:
    return shared_routes.submitted(PAGE, interview_id, PanelForm(request.form))


def _values(found: Known, form: PanelForm, *, is_checked: bool) -> dict[str, Any]:
    wanted = _wanted(form)
    said = consequences.of_panel_change(found, wanted) if is_checked and wanted else []
    return {
        "people": panel_people.choices(
            services.rows, form.chosen, form.may_be_missing, search=form.people.data or ""
        ),
        "said": said,
        "is_change": bool(said) and not checks.is_same_panel(wanted, found.panel),
    }


def _save(interview_id: str, form: PanelForm) -> Interview:
    return panels.change_panel(
        act(),
        interview_id,
        version=form.seen_version,
        panel=_wanted(form),
        override=form.overrides,
    )


def _wanted(form: PanelForm) -> list[Panelist]:
    return panel_people.panel(services.rows, form.chosen, form.may_be_missing)


PAGE = ChangePage(
    "interviews/changes/panel.html",
    panels.require_changeable,
    _values,
    _save,
    as_before=InterviewFlash.PANEL_AS_BEFORE,
    saved=InterviewFlash.PANEL_SAVED,
    changing=InterviewFlash.PANEL_CHANGING,
)

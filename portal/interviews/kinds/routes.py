"""The pages of administrators for kinds of interviews."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.errors import Conflict, Invalid
from portal.group_calendars import store as calendars
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.kinds import kind_store as store
from portal.interviews.kinds import kinds
from portal.interviews.kinds.forms import KindForm
from portal.interviews.models import Kind, Place
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import services
from portal.web.flashes import tell

bp = Blueprint("interview_kinds", __name__)
PATH = "/admin/scheduling/kinds"
Answer = Response | tuple[str, int]


@bp.get(PATH)
@admin_only
def listed() -> str:
    known, offered = store.every_kind(services.rows), calendars.offered(services.rows)
    return render_template(
        "interviews/kinds.html",
        offered=[each for each in known if not each.is_retired],
        retired=[each for each in known if each.is_retired],
        calendars={each.id: kinds.calendar_label(each, offered) for each in known},
    )


@bp.get(f"{PATH}/new")
@admin_only
def new() -> str:
    return _page(_offering(KindForm(minutes="60", calendar="")))


@bp.post(PATH)
@admin_only
def add() -> Answer:
    form = _offering(KindForm(request.form))
    try:
        form.check()
        added = kinds.add(act(), form.written)
    except Invalid as refusal:
        return _page(form.refuse(refusal)), refusal.status
    tell(InterviewFlash.KIND_ADDED.of(name=added.name))
    return redirect(url_for("interview_kinds.listed"), 303)


@bp.get(f"{PATH}/<kind_id>")
@admin_only
def show(kind_id: str) -> str:
    known = store.kind(services.rows, kind_id)
    return _page(_offering(KindForm.showing(known)), known)


@bp.post(f"{PATH}/<kind_id>")
@admin_only
def change(kind_id: str) -> Answer:
    known = store.kind(services.rows, kind_id)
    form = _offering(KindForm(request.form))
    try:
        form.check()
        changed = kinds.change(act(), known.id, form.written)
    except Invalid as refusal:
        return _page(form.refuse(refusal), known), refusal.status
    tell(InterviewFlash.KIND_SAVED.of(name=changed.name))
    return redirect(url_for("interview_kinds.listed"), 303)


@bp.post(f"{PATH}/<kind_id>/retirement")
@admin_only
def retire(kind_id: str) -> Answer:
    try:
        retired = kinds.retire(act(), kind_id)
    except Conflict as refusal:
        known = store.kind(services.rows, kind_id)
        form = _offering(KindForm.showing(known)).refuse(Invalid(str(refusal)))
        return _page(form, known), refusal.status
    tell(InterviewFlash.KIND_RETIRED.of(name=retired.name))
    return redirect(url_for("interview_kinds.listed"), 303)


@bp.post(f"{PATH}/<kind_id>/return")
@admin_only
def bring_back(kind_id: str) -> Response:
    offered = kinds.bring_back(act(), kind_id)
    tell(InterviewFlash.KIND_BACK.of(name=offered.name))
    return redirect(url_for("interview_kinds.listed"), 303)


def _offering(form: KindForm) -> KindForm:
    return form.offering(calendars.offered(services.rows))


def _page(form: KindForm, known: Kind | None = None) -> str:
    return render_template(
        "interviews/kind.html",
        form=form,
        known=known,
        places=list(Place),
        is_last=known is not None and [known] == store.kinds(services.rows),
    )

"""The settings pages for templates."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.composer import template_store, templates
from portal.composer.flash_texts import ComposerFlash
from portal.composer.forms import TemplateForm
from portal.composer.models import Template
from portal.composer.placeholders import KNOWN
from portal.errors import Invalid
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell

bp = Blueprint("mail_templates", __name__)
PATH = "/settings/templates"
Answer = Response | tuple[str, int]


@bp.get(PATH)
@member_only
def listed() -> str:
    known = template_store.templates(services.rows, current_user.id)
    return render_template(
        "composer/templates.html",
        own=[each for each in known if not each.is_of_team],
        of_team=[each for each in known if each.is_of_team],
    )


@bp.get(f"{PATH}/new")
@member_only
def new() -> str:
    return _page(TemplateForm())


@bp.post(PATH)
@member_only
def add() -> Answer:
    form = TemplateForm(request.form)
    try:
        form.check()
        for_team = form.whose.data == "team"
        added = templates.add(
            act(),
            form.written,
            user_id=current_user.id,
            is_admin=current_user.is_admin,
            for_team=for_team,
        )
    except Invalid as refusal:
        return _page(form.refuse(refusal)), refusal.status
    tell(ComposerFlash.TEMPLATE_SAVED.of(name=added.name))
    return redirect(url_for("mail_templates.listed"), 303)


@bp.get(f"{PATH}/<template_id>")
@member_only
def show(template_id: str) -> str:
    known = _known(template_id)
    written = {each: getattr(known, each) for each in ("name", "subject", "text", "is_no_reply")}
    return _page(TemplateForm(**written), known)


@bp.post(f"{PATH}/<template_id>")
@member_only
def change(template_id: str) -> Answer:
    known, form = _known(template_id), TemplateForm(request.form)
    try:
        form.check()
        changed = templates.change(
            act(), known, form.written, user_id=current_user.id, is_admin=current_user.is_admin
        )
    except Invalid as refusal:
        return _page(form.refuse(refusal), known), refusal.status
    tell(ComposerFlash.TEMPLATE_SAVED.of(name=changed.name))
    return redirect(url_for("mail_templates.listed"), 303)


@bp.post(f"{PATH}/<template_id>/removal")
@member_only
def remove(template_id: str) -> Response:
    known = _known(template_id)
    templates.remove(act(), known, is_admin=current_user.is_admin)
    tell(ComposerFlash.TEMPLATE_REMOVED.of(name=known.name))
    return redirect(url_for("mail_templates.listed"), 303)


def _known(template_id: str) -> Template:
    return template_store.template(services.rows, template_id, user_id=current_user.id)


def _page(form: TemplateForm, known: Template | None = None) -> str:
    return render_template(
        "composer/template.html",
        form=form,
        known=known,
        may_change=known is None or not known.is_of_team or current_user.is_admin,
        placeholders=KNOWN,
    )

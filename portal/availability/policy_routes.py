"""The Scheduling page of administrators: meeting hours, and what counts as busy."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.availability import policy
from portal.availability.forms import HoursForm
from portal.availability.hours import week_of
from portal.availability.presentation import AvailabilityFlash
from portal.errors import Invalid
from portal.microsoft365 import authorizations
from portal.microsoft365.permissions import Feature
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import services
from portal.web.flashes import tell
from portal.web.forms import SwitchForm

bp = Blueprint("scheduling", __name__)

Answer = Response | tuple[str, int]


@bp.get("/admin/scheduling")
@admin_only
def page() -> str:
    return _page(HoursForm.showing(policy.organization_hours(services.rows)))


def _page(form: HoursForm) -> str:
    return render_template(
        "availability/scheduling.html",
        form=form,
        rules=policy.rules(services.rows),
        schedules=authorizations.is_turned_on(services.rows, Feature.SCHEDULING),
        grants_scheduling=authorizations.is_granted(services.rows, Feature.SCHEDULING),
        is_enabled=platforms.enabled(services.rows) is Platform.MICROSOFT_365,
    )


@bp.post("/admin/scheduling/hours")
@admin_only
def set_hours() -> Answer:
    form = HoursForm(request.form)
    try:
        form.check()
    except Invalid as refusal:
        return _page(form.refuse(refusal)), refusal.status
    policy.set_organization_hours(act(), week_of(form.windows))
    tell(AvailabilityFlash.HOURS_FOR_ALL)
    return redirect(url_for("scheduling.page"), 303)


@bp.post("/admin/scheduling/tentative")
@admin_only
def set_tentative() -> Response:
    blocks = _wanted()
    policy.set_tentative(act(), blocks=blocks)
    tell(AvailabilityFlash.TENTATIVE.of(count=_count(blocks)))
    return redirect(url_for("scheduling.page"), 303)


@bp.post("/admin/scheduling/working-elsewhere")
@admin_only
def set_elsewhere() -> Response:
    blocks = _wanted()
    policy.set_elsewhere(act(), blocks=blocks)
    tell(AvailabilityFlash.ELSEWHERE.of(count=_count(blocks)))
    return redirect(url_for("scheduling.page"), 303)


def _wanted() -> bool:
    form = SwitchForm(request.form)
    form.check()
    return form.wants_on


def _count(blocks: bool) -> str:
    return "count" if blocks else "do not count"

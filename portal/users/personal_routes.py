"""A person's own page: name, address, role, time zone, and how they stand with Microsoft 365."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import time_zones
from portal.errors import Invalid
from portal.time_zones import ZoneFrom
from portal.users import people_store, store
from portal.users.forms import PersonalForm
from portal.users.role_texts import UserFlash
from portal.web.access import signed_in
from portal.web.current import current_user, services
from portal.web.flashes import tell

bp = Blueprint("personal", __name__)
Answer = Response | tuple[str, int]


@bp.get("/settings")
@signed_in
def settings() -> Response:
    """The first page of the settings, for an address that is shortened by hand."""
    return redirect(url_for("personal.personal_info"))


@bp.get("/settings/personal-info")
@signed_in
def personal_info() -> str:
    return _personal_page(PersonalForm(data={"time_zone": current_user.time_zone}))


@bp.post("/settings/personal-info")
@signed_in
def change_personal_info() -> Answer:
    form = PersonalForm(request.form)
    try:
        form.check()
    except Invalid as refusal:
        return _personal_page(form.refuse(refusal)), 422
    with services.rows.write():
        store.save_time_zone(
            services.rows, current_user.id, form.time_zone.data, zone_from=ZoneFrom.PERSON
        )
    tell(UserFlash.ZONE_CHOSEN.of(place=time_zones.place(form.time_zone.data)))
    return redirect(url_for("personal.personal_info"), 303)


def _personal_page(form: PersonalForm) -> str:
    return render_template(
        "users/personal_info.html",
        form=form,
        user=store.user(services.rows, current_user.id),
        connection=people_store.connection_of(services.rows, current_user.id),
    )

"""The page “Needs you”: what needs the person now, and the switch of the mail about it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.alerts import causes, openings, rounds, store
from portal.alerts.flash_texts import AlertFlash
from portal.alerts.route import way_out
from portal.users import store as users
from portal.web.access import signed_in
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import SwitchForm

bp = Blueprint("alerts", __name__)


@bp.get("/settings/needs-you")
@signed_in
def needs_you() -> str:
    rows = services.rows
    found = causes.findings(services, now=clock.utc_now())
    return render_template(
        "alerts/needs_you.html",
        causes=rounds.causes_of(found, users.user(rows, current_user.id)),
        way_out=way_out(services, causes.of_admins(found)),
        is_on=not store.is_off(rows, current_user.id),
        last=store.last_mail(rows, current_user.id),
        told_days=causes.TOLD_DAYS,
    )


@bp.post("/settings/needs-you/mail")
@signed_in
def set_mail() -> Response:
    form = SwitchForm(request.form)
    form.check()
    with services.rows.write():
        if form.wants_on:
            store.turn_on(services.rows, current_user.id)
        else:
            store.turn_off(services.rows, current_user.id, now=clock.utc_now())
    tell(AlertFlash.MAIL_ON if form.wants_on else AlertFlash.MAIL_OFF)
    return redirect(url_for("alerts.needs_you"), 303)


def note_opening(response: Response) -> Response:
    """Keep that the person saw the page of a cause: for a day no mail tells of it."""
    is_shown = request.method == "GET" and response.status_code == 200
    if is_shown and openings.is_page(request.path) and current_user.is_authenticated:
        openings.note(services.rows, current_user.id, request.path, now=clock.utc_now())
    return response

"""The page where an administrator enters the app registration."""

from flask import Blueprint, redirect, render_template, request
from flask import url_for as url
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response

from portal import clock
from portal.audit.act import Act
from portal.errors import Invalid
from portal.microsoft365 import addresses
from portal.microsoft365.application import registration, store
from portal.microsoft365.application.forms import ApplicationForm
from portal.microsoft365.flash_texts import ConsentFlash
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import actor, current_user, services
from portal.web.flashes import tell
from portal.web.limits import limit
from portal.web.proof.fresh_sign_in import must_confirm, require_fresh_sign_in

bp = Blueprint("application", __name__)
PLACE = "integrations.microsoft_365"


@bp.get("/admin/integrations/microsoft-365/application")
@admin_only
def edit() -> str:
    known = store.application(services.rows)
    if known is None:
        return _page(ApplicationForm(data={"cloud": "global"}))
    form = ApplicationForm(
        data={
            "client_id": known.client_id,
            "tenant": known.tenant,
            "cloud": known.cloud,
            "expires_on": known.expires_on.isoformat() if known.expires_on else "",
        }
    )
    return _page(form)


def _page(form: ApplicationForm) -> str:
    return render_template(
        "microsoft365/application.html",
        form=form,
        known=store.application(services.rows),
        is_in_settings=services.microsoft365.settings.is_configured,
        settings=services.microsoft365.settings,
        must_confirm=must_confirm(),
        redirects=(
            addresses.redirect_uri(services.config),
            addresses.consent_redirect_uri(services.config),
        ),
    )


@bp.post("/admin/integrations/microsoft-365/application")
@admin_only
def save() -> Response | tuple[str, int]:
    """Save the application after Microsoft accepted it. A refused one replaces nothing."""
    require_fresh_sign_in("Save this application?", back="application.edit", has_secret=True)
    limit(f"application:{current_user.id}", hits=20, seconds=600)
    form = ApplicationForm(CombinedMultiDict([request.files, request.form]))
    now = clock.utc_now()
    try:
        form.check()
        tried = registration.tried_out(
            services.rows,
            services.vault,
            services.microsoft365.settings,
            _entered(form),
            now=now,
        )
    except Invalid as refusal:
        return _page(form.refuse(refusal)), 422
    registration.enter(
        Act(services.rows, actor(), now),
        tried,
    )
    tell(ConsentFlash.APPLICATION_SAVED)
    return redirect(url(PLACE), 303)


def _entered(form: ApplicationForm) -> registration.Entered:
    return registration.Entered(
        client_id=form.client_id.data,
        tenant=form.tenant.data,
        cloud=form.cloud.data,
        expires_on=form.expiry,
        client_secret=form.client_secret.data.strip(),
        certificate=form.given_certificate,
    )


@bp.post("/admin/integrations/microsoft-365/application/removal")
@admin_only
def remove() -> Response:
    require_fresh_sign_in("Remove the application and its secret?", back=PLACE)
    if registration.forget(
        act(),
    ):
        tell(ConsentFlash.APPLICATION_REMOVED)
    else:
        tell(ConsentFlash.NO_APPLICATION)
    return redirect(url(PLACE), 303)

"""The Google Workspace page: its application, enable and disable."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.errors import Conflict, Invalid
from portal.flash_texts import ERROR, Flash, FlashText
from portal.google import workspace
from portal.google.flash_texts import GoogleFlash
from portal.google.forms import ApplicationForm
from portal.google.models import Entered
from portal.google.provider import provider_at
from portal.google.sign_in import redirect_uri
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell, tell_refusal
from portal.web.forms import SwitchForm
from portal.web.limits import limit
from portal.web.proof.fresh_sign_in import must_confirm, require_fresh_sign_in
from portal.wording import counted, verb

bp = Blueprint("google", __name__)
Answer = AnyResponse | tuple[str, int]


@bp.get("/admin/integrations/google-workspace")
@admin_only
def settings() -> str:
    entered = workspace.overview(services.rows).entered
    return _page(ApplicationForm(data=_as_typed(entered)))


def _as_typed(entered: Entered | None) -> dict[str, str]:
    if entered is None:
        return {}
    return {"client_id": entered.client_id, "hosted_domain": entered.hosted_domain}


def _page(form: ApplicationForm) -> str:
    return render_template(
        "google/settings.html",
        form=form,
        workspace=workspace.overview(services.rows),
        redirect_address=redirect_uri(services.config),
        must_confirm=must_confirm(),
    )


@bp.post("/admin/integrations/google-workspace/application")
@admin_only
def enter_application() -> Answer:
    """Enter an application. Asks Google before it replaces the stored one."""
    form = ApplicationForm(request.form)
    try:
        form.check()
        require_fresh_sign_in(
            "Save this Google application?", back="google.settings", has_secret=True
        )
        limit(f"google-application:{current_user.id}", hits=20, seconds=600)
        application = workspace.completed(
            services.rows,
            services.vault,
            client_id=form.client_id.data,
            client_secret=form.client_secret.data,
            hosted_domain=form.hosted_domain.data,
        )
        provider = provider_at(services.config.google_issuer)
        workspace.require_working(provider, application, redirect_uri(services.config))
    except Invalid as refusal:
        return _page(form.refuse(refusal)), 422
    workspace.enter(
        act(),
        services.vault,
        application,
    )
    return _back(GoogleFlash.APPLICATION_SAVED)


@bp.post("/admin/integrations/google-workspace/enablement")
@admin_only
def set_enabled() -> AnyResponse:
    form = SwitchForm(request.form)
    form.check()
    return _enable() if form.wants_on else _disable()


def _enable() -> AnyResponse:
    try:
        workspace.enable(
            act(),
        )
    except Conflict as refusal:
        tell_refusal(refusal, ERROR)
        return redirect(url_for("google.settings"), 303)
    return _back(GoogleFlash.ENABLED)


def _disable() -> AnyResponse:
    require_fresh_sign_in("Disable Google Workspace?", back="google.settings")
    ended = workspace.disable(
        act(),
        issuer=services.config.google_issuer,
    )
    people, are = counted(ended, "person"), verb(ended, "is", "are")
    return _back(GoogleFlash.DISABLED.of(people=people, are=are))


def _back(said: FlashText | Flash) -> AnyResponse:
    tell(said)
    return redirect(url_for("google.settings"), 303)

"""Check the organization's consent again, and say what else it is for."""

from flask import Blueprint, flash, redirect, request
from flask import url_for as url
from werkzeug.wrappers import Response

from portal import clock
from portal.entra.errors import EntraError
from portal.graph.errors import GraphError
from portal.microsoft365 import authorizations, consent, consent_store, consent_verification
from portal.microsoft365.coverage import SEND
from portal.microsoft365.models import Consent, ConsentRoute
from portal.microsoft365.permissions import Feature, missing
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import actor, current_user, services
from portal.web.forms import SwitchForm
from portal.web.limits import limit

bp = Blueprint("consent", __name__)

LACKS_CALENDARS = "The organization's consent lacks Calendars.Read. Consent again to read by it."
LACKS_WRITING = (
    "The organization's consent lacks Calendars.ReadWrite. Consent again under Integrations, "
    "Microsoft 365. Until then, organizers need their own connections."
)
PLACE = "integrations.microsoft_365"


@bp.post("/admin/integrations/microsoft-365/consent/check")
@admin_only
def check() -> Response:
    """Asks Microsoft while somebody waits, also after a link was followed elsewhere."""
    limit(f"consent-check:{current_user.id}", hits=30, seconds=600)
    known = consent_store.consent(services.rows)
    try:
        known = _looked_again(known)
    except (EntraError, GraphError) as refusal:
        flash(str(refusal), "error")
        return redirect(url(PLACE), 303)
    _say(known)
    return redirect(url(PLACE), 303)


@bp.post("/admin/integrations/microsoft-365/sending")
@admin_only
def set_sending() -> Response:
    """Send members' mail by the organization's consent. It is asked for Mail.Send then."""
    form = SwitchForm(request.form)
    form.check()
    authorizations.set_sending(act(), wanted=form.wants_on)
    # A grant that Exchange keeps shows only when it is tried.
    consent.check_at(services.rows, clock.utc_now())
    flash(*_sending())
    return redirect(url(PLACE), 303)


def _sending() -> tuple[str, str]:
    """Say by whose permission members' mail goes out now."""
    asked = authorizations.roles_asked(services.rows)
    if SEND not in asked:
        return "Members send by their own connections. The organization does not.", "success"
    given = consent_store.consent(services.rows)
    if given is not None and given.is_working and SEND in given.roles:
        return "Members send mail by the organization's consent.", "success"
    return f"The organization's consent lacks {SEND}. Consent again to send by it.", "warning"


@bp.post("/admin/integrations/microsoft-365/availability")
@admin_only
def set_reading_calendars() -> Response:
    """Read when people are free by the organization's consent."""
    form = SwitchForm(request.form)
    form.check()
    authorizations.set_reading_calendars(act(), wanted=form.wants_on)
    consent.check_at(services.rows, clock.utc_now())
    flash(*_reading_calendars())
    return redirect(url(PLACE, _anchor="availability"), 303)


def _reading_calendars() -> tuple[str, str]:
    """Say by whose permission people's calendars are read now."""
    if not authorizations.is_turned_on(services.rows, Feature.AVAILABILITY):
        return "Calendars are read by people's own connections alone.", "success"
    if authorizations.is_granted(services.rows, Feature.AVAILABILITY):
        return "Calendars are read by the organization's consent.", "success"
    return LACKS_CALENDARS, "warning"


@bp.post("/admin/scheduling/consent")
@admin_only
def set_scheduling() -> Response:
    """Write interviews into organizers' calendars by the organization's consent."""
    form = SwitchForm(request.form)
    form.check()
    authorizations.set_scheduling(act(), wanted=form.wants_on)
    consent.check_at(services.rows, clock.utc_now())
    flash(*_scheduling())
    return redirect(url("scheduling.page", _anchor="organizers"), 303)


def _scheduling() -> tuple[str, str]:
    """Say by whose permission interviews are written into people's own calendars now."""
    if not authorizations.is_turned_on(services.rows, Feature.SCHEDULING):
        return "Interviews are written by their organizers' own connections alone.", "success"
    if authorizations.is_granted(services.rows, Feature.SCHEDULING):
        return "Interviews are written by the organization's consent.", "success"
    return LACKS_WRITING, "warning"


def _looked_again(known: Consent | None) -> Consent:
    if known is None:
        return consent_verification.prove(
            services.rows,
            services.microsoft365,
            route=ConsentRoute.LINK,
            actor=actor(),
            is_patient=False,
        )
    consent_verification.look_again(services.rows, services.microsoft365)
    return consent_store.consent(services.rows) or known


def _say(given: Consent) -> None:
    lacking = ", ".join(missing(given.roles, authorizations.roles_asked(services.rows)))
    if not given.is_working:
        flash(given.failure or "The organization's consent is not there.", "error")
    elif lacking:
        flash(f"Microsoft does not grant everything yet. Missing: {lacking}.", "warning")
    else:
        flash("Microsoft grants everything that the portal needs.", "success")

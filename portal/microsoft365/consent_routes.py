"""Check the organization's consent again, and say what else it is for."""

from flask import Blueprint, redirect, request
from flask import url_for as url
from werkzeug.wrappers import Response

from portal import clock
from portal.entra.errors import EntraError
from portal.flash_texts import ERROR, Flash, FlashText
from portal.graph.errors import GraphError
from portal.microsoft365 import authorizations, consent, consent_store, consent_verification
from portal.microsoft365.coverage import SEND
from portal.microsoft365.flash_texts import ConsentFlash
from portal.microsoft365.models import Consent, ConsentRoute
from portal.microsoft365.permissions import Feature, missing
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import actor, current_user, services
from portal.web.flashes import tell, tell_refusal
from portal.web.forms import SwitchForm
from portal.web.limits import limit

bp = Blueprint("consent", __name__)

PLACE = "integrations.microsoft_365"
NOT_THERE = "The organization's consent is not there."


@bp.post("/admin/integrations/microsoft-365/consent/check")
@admin_only
def check() -> Response:
    """Asks Microsoft while somebody waits, also after a link was followed elsewhere."""
    limit(f"consent-check:{current_user.id}", hits=30, seconds=600)
    known = consent_store.consent(services.rows)
    try:
        known = _looked_again(known)
    except (EntraError, GraphError) as refusal:
        tell_refusal(refusal, ERROR)
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
    tell(_sending())
    return redirect(url(PLACE), 303)


def _sending() -> FlashText | Flash:
    """Say by whose permission members' mail goes out now."""
    asked = authorizations.roles_asked(services.rows)
    if SEND not in asked:
        return ConsentFlash.SENDING_OFF
    given = consent_store.consent(services.rows)
    if given is not None and given.is_working and SEND in given.roles:
        return ConsentFlash.SENDING_ON
    return ConsentFlash.SENDING_LACKS.of(permission=SEND)


@bp.post("/admin/integrations/microsoft-365/availability")
@admin_only
def set_reading_calendars() -> Response:
    """Read when people are free by the organization's consent."""
    form = SwitchForm(request.form)
    form.check()
    authorizations.set_reading_calendars(act(), wanted=form.wants_on)
    consent.check_at(services.rows, clock.utc_now())
    tell(_reading_calendars())
    return redirect(url(PLACE, _anchor="availability"), 303)


def _reading_calendars() -> ConsentFlash:
    """Say by whose permission people's calendars are read now."""
    if not authorizations.is_turned_on(services.rows, Feature.AVAILABILITY):
        return ConsentFlash.CALENDARS_OFF
    if authorizations.is_granted(services.rows, Feature.AVAILABILITY):
        return ConsentFlash.CALENDARS_ON
    return ConsentFlash.CALENDARS_LACK


@bp.post("/admin/scheduling/consent")
@admin_only
def set_scheduling() -> Response:
    """Write interviews into organizers' calendars by the organization's consent."""
    form = SwitchForm(request.form)
    form.check()
    authorizations.set_scheduling(act(), wanted=form.wants_on)
    consent.check_at(services.rows, clock.utc_now())
    tell(_scheduling())
    return redirect(url("scheduling.page", _anchor="organizers"), 303)


def _scheduling() -> ConsentFlash:
    """Say by whose permission interviews are written into people's own calendars now."""
    if not authorizations.is_turned_on(services.rows, Feature.SCHEDULING):
        return ConsentFlash.WRITING_OFF
    if authorizations.is_granted(services.rows, Feature.SCHEDULING):
        return ConsentFlash.WRITING_ON
    return ConsentFlash.WRITING_LACKS


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
        tell(ConsentFlash.NOT_GIVEN.of(failure=given.failure or NOT_THERE))
    elif lacking:
        tell(ConsentFlash.INCOMPLETE.of(permissions=lacking))
    else:
        tell(ConsentFlash.COMPLETE)

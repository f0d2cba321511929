"""Asking for the organization's consent: the way there, the way back, and looking again."""

from flask import Blueprint, flash, redirect, render_template, request, session
from flask import url_for as url
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal import clock
from portal.entra.errors import EntraError, FlowRefused, outcome_of
from portal.entra.token_http import within
from portal.errors import Conflict, PortalError
from portal.graph.errors import GraphError
from portal.microsoft365 import addresses, arrivals, consent_store, flows
from portal.microsoft365 import consent_verification as consenting
from portal.microsoft365.consent_outcomes import CONSENT_OUTCOMES
from portal.microsoft365.models import Consent, ConsentRoute, Flow, FlowKind
from portal.microsoft365.permissions import explained_for_all, losses, missing, roles_needed
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.web.access import admin_only, public, signed_in
from portal.web.current import actor, current_user, services
from portal.web.limits import limit, peer_bucket
from portal.web.security import session_hash

bp = Blueprint("consent", __name__)

PLACE = "integrations.microsoft_365"
TOLD = "consent_outcome"
# What the pages call what the errors are called.
KINDS = {"refused": "stale", "withdrawn": "not-yet"}


@bp.post("/admin/integrations/microsoft-365/consent")
@admin_only
def ask() -> str | Response:
    limit(f"consent:{current_user.id}", hits=20, seconds=600)
    if platforms.enabled(services.rows) is not Platform.MICROSOFT_365:
        raise Conflict("Microsoft 365 is not enabled here. Enable it first, then connect it.")
    if not services.microsoft365.is_configured:
        raise Conflict("The application is not entered yet. Enter it under Application first.")
    address = flows.start_consent(
        services.rows,
        services.vault,
        services.microsoft365.oauth,
        session_hash=session_hash(),
        redirect_uri=addresses.consent_redirect_uri(services.config),
        user_id=current_user.id,
        now=clock.utc_now(),
    )
    return render_template(
        "microsoft365/leaving_to_consent.html",
        address=address,
        permissions=explained_for_all(roles_needed()),
        back=url(PLACE),
    )


@bp.get(addresses.CONSENT_CALLBACK)
@public
def came_back() -> str | Response:
    """With a state, somebody of ours comes back. Without, a handed-on link ends here: nothing is
    proven by what the address says, and nothing is changed."""
    if not _argument("state"):
        failed = bool(_argument("error")) or _argument("admin_consent") != "True"
        return render_template("microsoft365/approved.html", failed=failed)
    flow: Flow | None = None
    try:
        flow = _flow()
        with within():
            given = _proven()
    except (EntraError, GraphError) as refusal:
        return _refused(flow, refusal)
    lacking = missing(given.roles, roles_needed())
    return _tell("partly" if lacking else "enabled", missing=list(lacking))


def _flow() -> Flow:
    """Consumed before anything else, error answers included."""
    flow = flows.consume(
        services.rows,
        services.vault,
        state=_argument("state"),
        session_hash=session_hash(),
        now=clock.utc_now(),
        kinds=(FlowKind.CONSENT,),
    )
    if not current_user.is_authenticated or flow.user_id != current_user.id:
        raise FlowRefused(flows.NOT_OURS)
    return flow


def _proven() -> Consent:
    if not current_user.is_admin:
        raise RoleLost("You are not an administrator of this portal any more.")
    if error := _argument("error"):
        suberror = _argument("suberror") or _argument("error_subcode")
        raise consenting.refusal_in(error, suberror)
    return consenting.prove(
        services.rows,
        services.microsoft365,
        route=ConsentRoute.HERE,
        actor=actor(),
        is_patient=True,
    )


class RoleLost(EntraError):
    """Their role was changed while they were at Microsoft."""

    outcome = "role-lost"


def _refused(flow: Flow | None, refusal: PortalError) -> Response:
    if flow is None:
        limit(f"callback:{peer_bucket()}", hits=60, seconds=600)
    arrivals.note_refusal(
        services.rows,
        refusal,
        kind=flow.kind if flow else None,
        actor=actor(),
        now=clock.utc_now(),
    )
    if not current_user.is_authenticated:
        return redirect(url("microsoft365.outcome", kind="refused"), 303)
    kind = outcome_of(refusal)
    return _tell(KINDS.get(kind, kind))


def _tell(kind: str, *, missing: list[str] | None = None) -> Response:
    """A page without state in its address."""
    session[TOLD] = {"kind": kind, "missing": missing or []}
    return redirect(url("consent.outcome", kind=kind), 303)


@bp.get("/oauth/microsoft/admin-consent/<kind>")
@signed_in
def outcome(kind: str) -> str:
    if kind not in CONSENT_OUTCOMES:
        raise NotFound
    told = session.get(TOLD, {})
    lacking = told.get("missing", []) if told.get("kind") == kind else []
    return render_template(
        "microsoft365/consent_outcome.html",
        kind=kind,
        outcome=CONSENT_OUTCOMES[kind],
        missing=losses(lacking),
        consent_address=(
            addresses.consent_link(services.config, services.microsoft365)
            if current_user.is_admin
            else ""
        ),
        place=url(PLACE) if current_user.is_admin else "",
    )


@bp.post("/admin/integrations/microsoft-365/consent/check")
@admin_only
def check() -> Response:
    """Asks Microsoft while somebody waits, also after a link was followed elsewhere."""
    limit(f"consent-check:{current_user.id}", hits=30, seconds=600)
    known = consent_store.consent(services.rows)
    try:
        with within():
            known = _looked_again(known)
    except (EntraError, GraphError) as refusal:
        flash(str(refusal), "error")
        return redirect(url(PLACE), 303)
    _say(known)
    return redirect(url(PLACE), 303)


def _looked_again(known: Consent | None) -> Consent:
    if known is None:
        return consenting.prove(
            services.rows,
            services.microsoft365,
            route=ConsentRoute.LINK,
            actor=actor(),
            is_patient=False,
        )
    consenting.look_again(services.rows, services.microsoft365)
    return consent_store.consent(services.rows) or known


def _say(given: Consent) -> None:
    lacking = ", ".join(missing(given.roles, roles_needed()))
    if not given.is_working:
        flash(given.failure or "The organization's consent is not there.", "error")
    elif lacking:
        flash(f"Microsoft does not grant everything yet. Missing: {lacking}.", "warning")
    else:
        flash("Microsoft grants everything that the portal needs.", "success")


def _argument(name: str) -> str:
    return request.args.get(name, "")

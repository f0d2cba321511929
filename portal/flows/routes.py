"""The callbacks of the sign-in services, and the pages that say how a flow ended."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session
from flask import url_for as url
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal import clock
from portal.entra.errors import Outcome
from portal.errors import PortalError
from portal.flows import confirmation, round_trip, single_use
from portal.flows.declarations import Answer, Arrived, Ended, RoundTrip, Visitor
from portal.flows.departure import FLOWS_TO_CONNECT
from portal.flows.models import GOOGLE_CALLBACK, Flow, FlowKind, Service
from portal.flows.outcomes import OF_REVOKING
from portal.microsoft365 import addresses
from portal.microsoft365.next_steps import NextSteps
from portal.microsoft365.permissions import losses
from portal.microsoft365.status import standing_of
from portal.users import own_zone
from portal.users.models import User
from portal.web import visits
from portal.web.access import public, signed_in
from portal.web.current import actor, current_user, services, wired
from portal.web.flashes import tell
from portal.web.limits import limit, peer_bucket
from portal.web.proof.fresh_sign_in import CONFIRM, confirms_for, prove_session
from portal.web.security import session_hashes

bp = Blueprint("flows", __name__)
# AADSTS65004, the person cancelled: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
CANCELLED = re.compile(r"\bcode=65004\b")
LEFT_IN_THE_MIDDLE = (
    FlowKind.SENDING,
    FlowKind.GROUP_CALENDARS,
    FlowKind.AVAILABILITY,
    FlowKind.INTERVIEWS,
    FlowKind.GROUP_INTERVIEWS,
)
OUTCOME_PAGES = {
    Service.MICROSOFT: "flows.outcome",
    Service.CONSENT: "flows.consent_outcome",
    Service.GOOGLE: "flows.google_outcome",
}


@bp.get(addresses.CALLBACK)
@public
def callback() -> Response:
    return _come_back(Service.MICROSOFT)


@bp.get(addresses.CONSENT_CALLBACK)
@public
def consent_callback() -> str | Response:
    """Without a state, a handed-on link ends here: it proves nothing and changes nothing."""
    if not request.args.get("state"):
        was_refused = request.args.get("error") or request.args.get("admin_consent") != "True"
        return render_template("flows/approved.html", failed=bool(was_refused))
    return _come_back(Service.CONSENT)


@bp.get(GOOGLE_CALLBACK)
@public
def google_callback() -> Response:
    return _come_back(Service.GOOGLE)


def _come_back(service: Service) -> Response:
    """The flow is consumed before anything else, error answers included."""
    trip, visitor, flow = _round_trip(service), _visitor(), None
    try:
        flow = _consume(trip, visitor)
        landing = round_trip.land(trip, visitor, flow, _answer())
    except trip.all_refusals as refusal:
        if flow is None:
            limit(f"callback:{peer_bucket()}", hits=60, seconds=600)
        landing = _refuse(trip, visitor, flow, refusal)
    return _show(landing, flow) if isinstance(landing, Ended) else _go_on(landing, flow)


def _refuse(
    trip: RoundTrip[Any], visitor: Visitor, flow: Flow | None, refusal: PortalError
) -> Arrived | Ended:
    if flow is not None and flow.kind is FlowKind.CONFIRMATION and visitor.user_id is not None:
        return confirmation.not_confirmed(visitor, visitor.user_id, refusal)
    return round_trip.refuse(trip, visitor, flow, refusal)


def _round_trip(service: Service) -> RoundTrip[Any]:
    """As create_app() put the declarations together."""
    declared: tuple[RoundTrip[Any], ...] = current_app.extensions["round_trips"]
    return next(each for each in declared if each.service is service)


def _visitor() -> Visitor:
    return Visitor(
        services=services,
        actor=actor(),
        now=clock.utc_now(),
        user_id=current_user.id if current_user.is_authenticated else None,
        is_admin=current_user.is_admin,
    )


def _consume(trip: RoundTrip[Any], visitor: Visitor) -> Flow:
    return single_use.consume(
        services.rows,
        services.vault,
        state=request.args.get("state", ""),
        session_hashes=session_hashes(),
        now=visitor.now,
        kinds=trip.kinds,
    )


def _answer() -> Answer:
    return Answer(
        code=request.args.get("code", ""),
        error=request.args.get("error", ""),
        suberror=_suberror(request.args),
        tenant=request.args.get("tenant", ""),
    )


def _suberror(arguments: Mapping[str, str]) -> str:
    """Microsoft's finer reason. A refusal of consent tells it in the address of its help page."""
    told = arguments.get("suberror", "") or arguments.get("error_subcode", "")
    if not told and CANCELLED.search(arguments.get("error_uri", "")):
        return "cancel"
    return told


def _go_on(landing: Arrived, flow: Flow | None) -> Response:
    if landing.user is not None:
        _begin_visit(landing.user)
    if landing.is_proof:
        prove_session(clock.utc_now())
    if landing.said is not None:
        tell(landing.said)
    arguments = landing.arguments
    if landing.endpoint == CONFIRM and flow is not None:
        arguments = confirms_for(flow.wished_endpoint)
    return redirect(url(landing.endpoint, **arguments), 303)


def _begin_visit(user: User) -> None:
    take_zone = partial(own_zone.take, services.rows, user)
    visits.begin(user, take_zone=take_zone, is_fresh=False)


def _show(landing: Ended, flow: Flow | None) -> Response:
    """A page without code and state in its address; what it names waits in the session."""
    if landing.user is not None:
        _begin_visit(landing.user)
    facts = {**landing.facts, **_left(flow)}
    if facts:
        session[_told(landing.service)] = {"kind": landing.outcome.value, **facts}
    return redirect(url(OUTCOME_PAGES[landing.service], kind=landing.outcome.value), 303)


def _left(flow: Flow | None) -> dict[str, Any]:
    """Why a person left to connect, and the page for those in the middle of something."""
    if flow is None or flow.kind not in FLOWS_TO_CONNECT:
        return {}
    left_for = {"left_for": flow.kind.value}
    if flow.kind not in LEFT_IN_THE_MIDDLE:
        return left_for
    return {"place": [flow.wished_endpoint, dict(flow.wished_arguments)], **left_for}


def _left_for(facts: Mapping[str, Any]) -> FlowKind | None:
    return FlowKind(facts["left_for"]) if "left_for" in facts else None


def _told(service: Service) -> str:
    return f"{service.value}_outcome"


@bp.get("/oauth/microsoft/outcome/<kind>")
@public
def outcome(kind: str) -> str:
    return _outcome_page(Service.MICROSOFT, kind)


@bp.get(f"{addresses.CONSENT_CALLBACK}/<kind>")
@signed_in
def consent_outcome(kind: str) -> str:
    return _outcome_page(Service.CONSENT, kind)


@bp.get("/oauth/google/outcome/<kind>")
@public
def google_outcome(kind: str) -> str:
    return _outcome_page(Service.GOOGLE, kind)


def _as_it_stands(ended: Outcome) -> Outcome:
    """Whether a revoked mailbox is still open depends on the consent at this moment."""
    if ended not in OF_REVOKING or not current_user.is_authenticated:
        return ended
    standing = standing_of(services.rows, current_user.id, now=clock.utc_now())
    return Outcome.STILL_OPEN if standing.is_opened_by_consent else Outcome.REVOKED


def _outcome_page(service: Service, kind: str) -> str:
    trip = _round_trip(service)
    if kind not in [*trip.pages]:
        raise NotFound
    page = trip.pages[_as_it_stands(Outcome(kind))]
    told = session.get(_told(service), {})
    facts = told if told.get("kind") == kind else {}
    endpoint, arguments = facts.get("place") or ("", {})
    return render_template(
        trip.template,
        outcome=page,
        people=wired(NextSteps).people(services.rows) if page.offers_import else None,
        back=url(endpoint, **arguments) if endpoint else "",
        title=facts.get("title") or page.title,
        named=facts.get("sentence", "") if page.names_account else "",
        missing=losses(facts.get("missing", [])),
        approval_link=trip.approval_link(_visitor(), _left_for(facts)),
        is_practice=services.config.test_mode,
    )

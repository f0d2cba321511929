"""Signing in with Google and accepting an invitation with it: the way there and back."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask import url_for as url
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal.clock import utc_now
from portal.entra.errors import EntraError, outcome_of
from portal.errors import Conflict, NotAllowed, PortalError
from portal.google import sign_in
from portal.google.errors import GoogleError
from portal.google.outcomes import OUTCOMES
from portal.graph.errors import GraphError
from portal.microsoft365 import arrivals, flows
from portal.microsoft365.models import Flow, FlowKind
from portal.users import invitations
from portal.web.access import public
from portal.web.current import actor, services
from portal.web.known_browsers import known_user
from portal.web.limits import limit, peer_bucket
from portal.web.security import begin_session, session_hash, wished_place

bp = Blueprint("google_sign_in", __name__)
TOLD = "google_outcome"
QUARTER = 15 * 60
# Their sentences name accounts and domains.
NAMED = ("wrong-domain", "kept-out")


@bp.post("/signin/google")
@public
def leave() -> AnyResponse:
    return _leaving()


@bp.post("/invitations/<token>/google")
@public
def accept_invitation(token: str) -> AnyResponse:
    invitation = invitations.require_open(services.rows, token, utc_now())
    return _leaving(invitation_id=invitation.id)


def _leaving(invitation_id: str | None = None) -> AnyResponse:
    """The page before Google; it goes on by itself, for nothing has to be decided."""
    if known_user() is None:
        limit(f"leave-for-google:{peer_bucket()}", hits=100, seconds=QUARTER)
    try:
        address = sign_in.leave(
            services,
            session_hash=session_hash(),
            now=utc_now(),
            invitation_id=invitation_id,
            wished=("users.home", {}) if invitation_id else wished_place(),
        )
    except GraphError as refusal:
        return _refused(None, refusal)
    html = render_template("google/leaving.html", address=address, back=url("users.home"))
    response: Response = make_response(html)
    response.headers["Refresh"] = f"1; url={address}"
    return response


@bp.get(sign_in.CALLBACK)
@public
def callback() -> AnyResponse:
    """The flow is consumed before anything else, error answers included."""
    flow: Flow | None = None
    now = utc_now()
    try:
        flow = flows.consume(
            services.rows,
            services.vault,
            state=request.args.get("state", ""),
            session_hash=session_hash(),
            now=now,
            kinds=(FlowKind.GOOGLE,),
        )
        answer = sign_in.Answer(request.args.get("code", ""), request.args.get("error", ""))
        user = sign_in.arrive(services, flow, answer, actor=actor(), now=now)
    except (EntraError, GraphError, GoogleError, Conflict) as refusal:
        return _refused(flow, refusal)
    except NotAllowed as refusal:  # noted by whoever refused
        return _tell("kept-out", sentence=str(refusal), title=str(getattr(refusal, "title", "")))
    # Google cannot be made to ask for a password, so nobody has proved more than an open browser.
    begin_session(user, now, is_fresh=False)
    return redirect(url(flow.wished_endpoint or "users.home", **flow.wished_arguments), 303)


def _refused(flow: Flow | None, refusal: PortalError) -> AnyResponse:
    if flow is None:
        limit(f"callback:{peer_bucket()}", hits=60, seconds=600)
    arrivals.note_refusal(
        services.rows, refusal, kind=FlowKind.GOOGLE, actor=actor(), now=utc_now()
    )
    kind = "kept-out" if isinstance(refusal, Conflict) else outcome_of(refusal)
    return _tell(kind, sentence=str(refusal))


def _tell(kind: str, **facts: str) -> AnyResponse:
    """A page without code and state in its address; what it names waits in the session."""
    session[TOLD] = {"kind": kind, **facts}
    return redirect(url("google_sign_in.outcome", kind=kind), 303)


@bp.get("/oauth/google/outcome/<kind>")
@public
def outcome(kind: str) -> str:
    if kind not in OUTCOMES:
        raise NotFound
    told = session.get(TOLD, {})
    facts = told if told.get("kind") == kind else {}
    return render_template(
        "google/outcome.html",
        outcome=OUTCOMES[kind],
        title=facts.get("title") or OUTCOMES[kind].title,
        named=facts.get("sentence", "") if kind in NAMED else "",
    )

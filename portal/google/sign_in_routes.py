"""Leaving for Google: to sign in, and to accept an invitation."""

from flask import Blueprint, Response, make_response, redirect, render_template
from flask import url_for as url
from werkzeug.wrappers import Response as AnyResponse

from portal.clock import utc_now
from portal.entra.errors import outcome_of
from portal.flows import round_trip
from portal.google import sign_in
from portal.graph.errors import GraphError
from portal.users import invitations
from portal.web import browser_zones
from portal.web.access import public
from portal.web.act import act
from portal.web.current import services
from portal.web.known_browsers import known_user
from portal.web.limits import limit, peer_bucket
from portal.web.security import session_hash, wished_place

bp = Blueprint("google_sign_in", __name__)
QUARTER = 15 * 60


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
    """The page before Google. It continues automatically, since nothing has to be decided."""
    if known_user() is None:
        limit(f"leave-for-google:{peer_bucket()}", hits=100, seconds=QUARTER)
    browser_zones.note()
    try:
        address = sign_in.leave(
            services,
            session_hash=session_hash(),
            now=utc_now(),
            invitation_id=invitation_id,
            wished=("users.home", {}) if invitation_id else wished_place(),
        )
    except GraphError as refusal:
        return _refused(refusal)
    html = render_template("google/leaving.html", address=address, back=url("users.home"))
    response: Response = make_response(html)
    response.headers["Refresh"] = f"1; url={address}"
    return response


def _refused(refusal: GraphError) -> AnyResponse:
    limit(f"callback:{peer_bucket()}", hits=60, seconds=600)
    round_trip.record_refusal(
        act(),
        refusal,
        action=sign_in.ACTION,
    )
    return redirect(url("flows.google_outcome", kind=outcome_of(refusal).value), 303)

"""Connecting with Microsoft: settings, the way there and back, and the webhook."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session
from flask import url_for as url
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal import clock
from portal.entra.errors import EntraError, FlowRefused, outcome_of
from portal.entra.models import PersonToken
from portal.errors import NotAllowed, PortalError
from portal.graph.errors import GraphError
from portal.microsoft365 import (
    addresses,
    arrivals,
    authorization_store,
    authorizations,
    connections,
    flows,
    store,
    subscriptions,
)
from portal.microsoft365.models import Connection, Flow, FlowKind
from portal.microsoft365.outcomes import OUTCOMES
from portal.microsoft365.permissions import (
    Feature,
    explained,
    losses,
    missing,
    scopes_needed,
)
from portal.microsoft365.status import in_the_way, standing_of
from portal.storage.platforms import Platform
from portal.users import sign_in
from portal.web.access import public, signed_in
from portal.web.current import actor, current_user, services
from portal.web.limits import limit, peer_bucket
from portal.web.security import begin_session, session_hash

bp = Blueprint("microsoft365", __name__)

OUTCOME = "microsoft365_outcome"
CLOSING_SECONDS = 5.0
# Their sentences name accounts.
OTHER_ACCOUNT = ("wrong-account", "guest", "taken")
CONNECTING = (FlowKind.CONNECT, FlowKind.USER_SYNC)
NAMED = (*OTHER_ACCOUNT, "kept-out")


@bp.get("/settings/microsoft-365")
@signed_in
def settings() -> str:
    standing = standing_of(services.rows, current_user.id, now=clock.utc_now())
    return render_template(
        "microsoft365/settings.html",
        standing=standing,
        hindrance=_hindrance(),
        is_practice=services.config.test_mode,
    )


def _hindrance() -> str:
    return in_the_way(services.rows, is_configured=services.microsoft365.is_configured)


@bp.post("/settings/microsoft-365/connect")
@signed_in
def connect() -> str | Response:
    limit(f"connect:{current_user.id}", hits=20, seconds=600)
    if hindrance := _hindrance():
        flash(hindrance, "error")
        return redirect(url("microsoft365.settings"), 303)
    connection = store.connection_of(services.rows, current_user.id)
    chooses = request.form.get("account") == "other"
    hint = None if chooses else connection.address if connection else current_user.address
    # Whoever user sync reads the directory by keeps that permission when they reconnect.
    authorizes = authorization_store.authorized_by(services.rows) == current_user.id
    kind = FlowKind.USER_SYNC if authorizes and current_user.is_admin else FlowKind.CONNECT
    return leaving_page(kind, hint=hint, place="microsoft365.settings")


def leaving_page(kind: FlowKind, *, hint: str | None, place: str) -> str:
    """Where somebody reads what is asked for; they come back to `place`."""
    address = flows.start(
        services.rows,
        services.vault,
        services.microsoft365.oauth,
        kind=kind,
        session_hash=session_hash(),
        user_id=current_user.id,
        redirect_uri=addresses.redirect_uri(services.config),
        wished=(place, {}),
        login_hint=hint,
        now=clock.utc_now(),
    )
    return render_template(
        "microsoft365/leaving.html",
        address=address,
        permissions=explained(flows.asked_for(kind)),
        back=url(place),
    )


@bp.get(addresses.CALLBACK)
@public
def callback() -> Response:
    """The flow is consumed before anything else, error answers included."""
    flow: Flow | None = None
    try:
        flow = flows.consume(
            services.rows,
            services.vault,
            state=_argument("state"),
            session_hash=session_hash(),
            now=clock.utc_now(),
            kinds=(FlowKind.SIGN_IN, FlowKind.INVITATION, *CONNECTING),
        )
        token = arrivals.token_in(
            services.microsoft365.oauth,
            _answer(),
            flow,
            redirect_uri=addresses.redirect_uri(services.config),
            now=clock.utc_now(),
        )
        if flow.kind in CONNECTING:
            return _connected(flow, token)
    except (EntraError, GraphError) as refusal:
        return _refused(flow, refusal)
    return _signed_in(flow, token)


def _answer() -> arrivals.Answer:
    return arrivals.Answer(
        state=_argument("state"),
        code=_argument("code"),
        error=_argument("error"),
        suberror=_argument("suberror") or _argument("error_subcode"),
    )


def _argument(name: str) -> str:
    return request.args.get(name, "")


def _connected(flow: Flow, token: PersonToken) -> Response:
    if not current_user.is_authenticated or flow.user_id != current_user.id:
        raise FlowRefused(flows.NOT_OURS)
    if flow.kind is FlowKind.USER_SYNC and not current_user.is_admin:
        raise FlowRefused("You are not an administrator of this portal any more.")
    connection = _keep(flow, token)
    lacking = missing(connection.scopes, flows.asked_for(flow.kind))
    if lacking:
        return _tell("partly", missing=list(lacking))
    flash(arrivals.CONNECTED[flow.kind].format(address=connection.address), "success")
    return redirect(url(flow.wished_endpoint), 303)


def _keep(flow: Flow, token: PersonToken) -> Connection:
    """The connection, and for a local account the identity that comes with it: both or none."""
    now = clock.utc_now()
    with services.rows.write():
        connection = connections.connect(
            services.rows,
            services.vault,
            user_id=current_user.id,
            token=token,
            actor=actor(),
            now=now,
        )
        if token.identity is not None:
            sign_in.bind(services.rows, current_user.id, token.identity, actor=actor(), now=now)
        connections.worked(services.rows, current_user.id, Feature.SIGN_IN, now)
        if flow.kind is FlowKind.USER_SYNC:
            authorizations.authorize(services.rows, connection, actor=actor(), now=now)
    return connection


def _signed_in(flow: Flow, token: PersonToken) -> Response:
    if token.identity is None:
        return _refused(flow, FlowRefused(flows.NOT_OURS))
    now = clock.utc_now()
    try:
        user = sign_in.arrive(
            services,
            token.identity,
            platform=Platform.MICROSOFT_365,
            invitation_id=flow.invitation_id,
            actor=actor(),
            now=now,
        )
    except NotAllowed as refusal:  # noted by whoever refused
        title = str(getattr(refusal, "title", ""))
        return _tell("kept-out", sentence=str(refusal), title=title)
    begin_session(user, now)
    return redirect(url(flow.wished_endpoint or "users.home", **flow.wished_arguments), 303)


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
    return _tell(outcome_of(refusal), sentence=str(refusal))


def _tell(kind: str, **facts: Any) -> Response:
    """A page without code and state in its address; what it names waits in the session."""
    session[OUTCOME] = {"kind": kind, **facts}
    return redirect(url("microsoft365.outcome", kind=kind), 303)


@bp.get("/oauth/microsoft/outcome/<kind>")
@public
def outcome(kind: str) -> str:
    if kind not in OUTCOMES:
        raise NotFound
    told = session.get(OUTCOME, {})
    facts = told if told.get("kind") == kind else {}
    return render_template(
        "microsoft365/outcome.html",
        kind=kind,
        outcome=OUTCOMES[kind],
        title=facts.get("title") or OUTCOMES[kind].title,
        named=facts.get("sentence", "") if kind in NAMED else "",
        again_label="Choose another account" if kind in OTHER_ACCOUNT else "Try again",
        again_fields={"account": "other"} if kind in OTHER_ACCOUNT else {},
        missing=losses(facts.get("missing", [])),
        approval_address=addresses.approval_link(services.config, services.microsoft365),
        is_practice=services.config.test_mode,
    )


@bp.get("/settings/microsoft-365/approval")
@signed_in
def approval() -> str:
    return render_template(
        "microsoft365/approval.html",
        approval_address=addresses.approval_link(services.config, services.microsoft365),
        permissions=explained(scopes_needed()),
    )


@bp.post("/settings/microsoft-365/revocation")
@signed_in
def revoke() -> Response:
    revoked = connections.revoke(services.rows, current_user.id, actor=actor(), now=clock.utc_now())
    if revoked is None:
        flash("There is no connection to revoke.", "warning")
        return redirect(url("microsoft365.settings"), 303)
    token = connections.last_token(services.vault, revoked.connection)
    if token is not None and revoked.microsoft_ids:
        graph = services.microsoft365.client_with(
            token, revoked.connection.object_id, patience=CLOSING_SECONDS
        )
        subscriptions.close(graph, revoked.microsoft_ids)
    return _tell("revoked")

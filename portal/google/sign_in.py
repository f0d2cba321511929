"""Signing in with Google: leaving for it, and the return."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.audit.actions import Action
from portal.config import Config
from portal.entra.errors import Outcome
from portal.entra.models import Identity
from portal.errors import Conflict
from portal.flows import single_use
from portal.flows.declarations import Answer, Arrived, Ended, Return, RoundTrip, Visitor
from portal.flows.models import GOOGLE_CALLBACK, Flow, FlowKind, Service
from portal.flows.round_trip import LONGEST_CODE
from portal.flows.sign_in import signed_in
from portal.google import store, workspace
from portal.google.errors import CodeRefused, GoogleError, came_back_with
from portal.google.models import Application
from portal.google.outcomes import PAGES
from portal.google.provider import provider_at
from portal.services import Services
from portal.storage.platforms import Platform

ACTION = Action.SIGN_IN_WITH_GOOGLE


def redirect_uri(config: Config) -> str:
    return f"{config.base_url}{GOOGLE_CALLBACK}"


def leave(
    services: Services,
    *,
    session_hash: str,
    now: datetime,
    invitation_id: str | None = None,
    wished: tuple[str, Mapping[str, Any]] = ("", {}),
) -> str:
    """The address at Google to go on to."""
    flow = single_use.new_flow(FlowKind.GOOGLE, invitation_id=invitation_id, wished=wished)
    application = _application(services)
    state = single_use.begin(
        services.rows, services.vault, flow, session_hash=session_hash, now=now
    )
    return provider_at(services.config.google_issuer).authorize_address(
        application, flow, state=state, redirect_uri=redirect_uri(services.config)
    )


def _identity(visitor: Visitor, flow: Flow, answer: Answer) -> Identity:
    """A checked identity for a code; every refusal is an error with a page of its own."""
    if answer.error:
        raise came_back_with(answer.error)
    if not answer.code or len(answer.code) > LONGEST_CODE:
        raise CodeRefused("Google's answer holds nothing to go on with. Please start again.")
    services = visitor.services
    application = _application(services)
    identity = provider_at(services.config.google_issuer).identity(
        application,
        flow,
        code=answer.code,
        redirect_uri=redirect_uri(services.config),
        now=visitor.now,
    )
    with services.rows.write():
        store.save_proof(services.rows, client_id=application.client_id, at=visitor.now)
    return identity


def _application(services: Services) -> Application:
    application = workspace.in_force(services.rows, services.vault)
    if application is None:
        raise Conflict(
            "Sign-in with Google is off here. Sign in another way, or ask an administrator."
        )
    return application


def _signed_in(visitor: Visitor, flow: Flow, identity: Identity) -> Arrived | Ended:
    return signed_in(visitor, flow, identity, platform=Platform.GOOGLE_WORKSPACE)


def _no_link(visitor: Visitor, kind: FlowKind | None) -> str:  # noqa: ARG001  # as every service asks
    return ""


GOOGLE = RoundTrip(
    service=Service.GOOGLE,
    trade=_identity,
    returns=(Return(FlowKind.GOOGLE, ACTION, _signed_in),),
    pages=PAGES,
    template="flows/google_outcome.html",
    approval_link=_no_link,
    stray_action=ACTION,
    refusals=(GoogleError, Conflict),
    shown_as={Conflict: Outcome.KEPT_OUT},
)

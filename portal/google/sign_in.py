"""Signing in with Google: the way there, and who comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.audit.log import Actor
from portal.config import Config
from portal.errors import Conflict
from portal.google import store, workspace
from portal.google.errors import CodeRefused, came_back_with
from portal.google.models import Application
from portal.google.provider import provider_at
from portal.microsoft365 import flows
from portal.microsoft365.arrivals import LONGEST
from portal.microsoft365.models import Flow, FlowKind
from portal.services import Services
from portal.storage.platforms import Platform
from portal.users import sign_in
from portal.users.models import User

CALLBACK = "/oauth/google/callback"


@dataclass(frozen=True)
class Answer:
    """What Google put into the address, unchecked."""

    code: str
    error: str


def redirect_uri(config: Config) -> str:
    return f"{config.base_url}{CALLBACK}"


def leave(
    services: Services,
    *,
    session_hash: str,
    now: datetime,
    invitation_id: str | None = None,
    wished: tuple[str, Mapping[str, Any]] = ("", {}),
) -> str:
    """The address at Google to go on to."""
    flow = flows.new_flow(FlowKind.GOOGLE, invitation_id=invitation_id, wished=wished)
    application = _application(services)
    state = flows.begin(services.rows, services.vault, flow, session_hash=session_hash, now=now)
    return provider_at(services.config.google_issuer).authorize_address(
        application, flow, state=state, redirect_uri=redirect_uri(services.config)
    )


def arrive(services: Services, flow: Flow, answer: Answer, *, actor: Actor, now: datetime) -> User:
    """Somebody who may come in; every refusal is an error with a page of its own."""
    if answer.error:
        raise came_back_with(answer.error)
    if not answer.code or len(answer.code) > LONGEST:
        raise CodeRefused("Google's answer holds nothing to go on with. Please start again.")
    application = _application(services)
    identity = provider_at(services.config.google_issuer).identity(
        application,
        flow,
        code=answer.code,
        redirect_uri=redirect_uri(services.config),
        now=now,
    )
    with services.rows.write():
        store.save_proof(services.rows, client_id=application.client_id, at=now)
    return sign_in.arrive(
        services,
        identity,
        platform=Platform.GOOGLE_WORKSPACE,
        invitation_id=flow.invitation_id,
        actor=actor,
        now=now,
    )


def _application(services: Services) -> Application:
    application = workspace.in_force(services.rows, services.vault)
    if application is None:
        raise Conflict(
            "Sign-in with Google is off here. Sign in another way, or ask an administrator."
        )
    return application

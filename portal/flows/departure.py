"""Leave for Microsoft: the addresses there that a new flow goes on to."""

from datetime import datetime

from portal.flows.models import Flow, FlowKind
from portal.flows.single_use import begin
from portal.microsoft365 import addresses, authorizations
from portal.microsoft365.permissions import FEATURES_IN_USE, Feature, scopes_needed
from portal.services import Services
from portal.storage.rows import Rows


def asked_for(rows: Rows, kind: FlowKind) -> tuple[str, ...]:
    """The scopes that a flow of this kind asks for."""
    if kind is FlowKind.USER_SYNC:
        optional = authorizations.optional_features(rows)
        return scopes_needed((*FEATURES_IN_USE, Feature.USER_SYNC, *optional))
    return scopes_needed(FEATURES_IN_USE if kind is FlowKind.CONNECT else (Feature.SIGN_IN,))


def sign_in_address(
    services: Services,
    flow: Flow,
    *,
    session_hash: str,
    now: datetime,
    login_hint: str | None = None,
    must_prove: bool = False,
) -> str:
    """Where a person signs in and accepts what the flow asks for."""
    state = begin(services.rows, services.vault, flow, session_hash=session_hash, now=now)
    return services.microsoft365.oauth.authorize_address(
        redirect_uri=addresses.redirect_uri(services.config),
        scopes=asked_for(services.rows, flow.kind),
        state=state,
        nonce=flow.nonce,
        verifier=flow.verifier,
        login_hint=login_hint,
        must_prove=must_prove,
    )


def consent_address(services: Services, flow: Flow, *, session_hash: str, now: datetime) -> str:
    """Where an administrator consents for the organization."""
    state = begin(services.rows, services.vault, flow, session_hash=session_hash, now=now)
    return services.microsoft365.oauth.consent_address(
        redirect_uri=addresses.consent_redirect_uri(services.config), state=state
    )

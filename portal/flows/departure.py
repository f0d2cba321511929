"""Leave for Microsoft: the addresses there that a new flow goes on to."""

from datetime import datetime

from portal.flows.models import Flow, FlowKind
from portal.flows.single_use import begin
from portal.microsoft365 import addresses, authorization_store, authorizations
from portal.microsoft365.permissions import FEATURES_IN_USE, Feature, scopes_needed
from portal.services import Services
from portal.storage.rows import Rows

FLOWS_TO_CONNECT = (
    FlowKind.CONNECT,
    FlowKind.USER_SYNC,
    FlowKind.SHARED_MAILBOX,
    FlowKind.SENDING,
)


def asked_for(rows: Rows, flow: Flow) -> tuple[str, ...]:
    """The scopes that a flow asks for: also what the person's connection serves already."""
    if flow.kind not in FLOWS_TO_CONNECT:
        return scopes_needed((Feature.SIGN_IN,))
    wanted = {*FEATURES_IN_USE, *authorizations.features_of(rows, flow.user_id)}
    if flow.kind is FlowKind.SHARED_MAILBOX:
        wanted.add(Feature.SHARED_MAILBOXES)
    if flow.kind is FlowKind.SENDING and flow.user_id:
        wanted.update(authorizations.features_to_send(rows, flow.user_id))
    if flow.kind is FlowKind.USER_SYNC or _keeps_user_sync(rows, flow):
        wanted |= {Feature.USER_SYNC, *_groups(rows)}
    return scopes_needed(wanted)


def _keeps_user_sync(rows: Rows, flow: Flow) -> bool:
    """Whether a flow that asks for more belongs to the person by whom the directory is read."""
    if flow.kind not in (FlowKind.SHARED_MAILBOX, FlowKind.SENDING) or flow.user_id is None:
        return False
    return authorization_store.authorized_by(rows) == flow.user_id


def _groups(rows: Rows) -> tuple[Feature, ...]:
    """The feature of choosing people by group, while an administrator does."""
    return (Feature.GROUPS,) if authorization_store.chooses_by_group(rows) else ()


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
        scopes=asked_for(services.rows, flow),
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

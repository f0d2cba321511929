"""Leave for Microsoft: the addresses there that a new flow goes on to."""

from datetime import datetime
from urllib.parse import parse_qs

from portal.flows.models import Flow, FlowKind
from portal.flows.single_use import begin
from portal.microsoft365 import addresses, authorizations
from portal.microsoft365.permissions import BASIC_FEATURES, Feature, scopes_needed
from portal.services import Services
from portal.storage.rows import Rows

FLOWS_TO_CONNECT = (
    FlowKind.CONNECT,
    FlowKind.USER_SYNC,
    FlowKind.SHARED_MAILBOX,
    FlowKind.SENDING,
    FlowKind.GROUP_CALENDARS,
    FlowKind.AVAILABILITY,
    FlowKind.INTERVIEWS,
    FlowKind.GROUP_INTERVIEWS,
    FlowKind.WITHOUT_SCHEDULING,
)


def asked_for(rows: Rows, flow: Flow) -> tuple[str, ...]:
    """The scopes that a flow asks for: also what the person's connection serves already."""
    if flow.kind not in FLOWS_TO_CONNECT:
        return scopes_needed((Feature.SIGN_IN,))
    wanted = {
        *_needed(rows, flow),
        *authorizations.features_kept(rows, flow.user_id),
        *features_of_kind(rows, flow.kind, flow.user_id),
    }
    if flow.kind is FlowKind.WITHOUT_SCHEDULING:
        wanted.discard(Feature.GROUP_CALENDARS)
    return scopes_needed(wanted)


def _needed(rows: Rows, flow: Flow) -> tuple[Feature, ...]:
    """The features asked of everybody. Group calendars wait for an administrator's approval.

    Without it Microsoft refuses all that is asked for with them, so only those ask who connect, or
    who came for group calendars.
    """
    if flow.kind in (FlowKind.CONNECT, FlowKind.GROUP_CALENDARS, FlowKind.GROUP_INTERVIEWS):
        return authorizations.features_needed(rows, flow.user_id)
    return BASIC_FEATURES


def features_of_kind(rows: Rows, kind: FlowKind, user_id: str | None) -> tuple[Feature, ...]:
    """The features for which a person leaves with this kind of flow."""
    match kind:
        case FlowKind.SENDING if user_id is not None:
            return authorizations.features_to_send(rows, user_id)
        case FlowKind.USER_SYNC:
            return authorizations.user_sync_features(rows)
        case FlowKind.SHARED_MAILBOX:
            return (Feature.SHARED_MAILBOXES,)
        case FlowKind.GROUP_CALENDARS:
            return (Feature.GROUP_CALENDARS,)
        case FlowKind.AVAILABILITY:
            return (Feature.AVAILABILITY,)
        case FlowKind.INTERVIEWS:
            return (Feature.SCHEDULING, Feature.MEETINGS)
        case FlowKind.GROUP_INTERVIEWS:
            return (Feature.GROUP_CALENDARS, Feature.MEETINGS)
        case _:
            return ()


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


def state_in(address: str) -> str:
    """The state by which the browser knows the flow."""
    return parse_qs(address.partition("?")[2])["state"][0]


def consent_address(services: Services, flow: Flow, *, session_hash: str, now: datetime) -> str:
    """Where an administrator consents for the organization."""
    state = begin(services.rows, services.vault, flow, session_hash=session_hash, now=now)
    return services.microsoft365.oauth.consent_address(
        redirect_uri=addresses.consent_redirect_uri(services.config), state=state
    )

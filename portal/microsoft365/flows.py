"""Start a way to Microsoft and take it up again: each one once, by the session that began it."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.entra.errors import FlowRefused
from portal.entra.oauth import OAuth
from portal.microsoft365 import flow_store
from portal.microsoft365.models import Flow, FlowKind
from portal.microsoft365.permissions import FEATURES_IN_USE, Feature, scopes_needed
from portal.storage.rows import Rows
from portal.vault import Unreadable, Vault, Where, hash_token

NOT_OURS = "This way back was used before, is too old, or began in another browser."


def asked_for(kind: FlowKind) -> tuple[str, ...]:
    """The scopes that a flow of this kind asks for."""
    if kind is FlowKind.USER_SYNC:
        return scopes_needed((*FEATURES_IN_USE, Feature.USER_SYNC))
    return scopes_needed(FEATURES_IN_USE if kind is FlowKind.CONNECT else (Feature.SIGN_IN,))


def start(  # noqa: PLR0913  # what the trip remembers, each by its name
    rows: Rows,
    vault: Vault,
    oauth: OAuth,
    *,
    kind: FlowKind,
    session_hash: str,
    redirect_uri: str,
    now: datetime,
    user_id: str | None = None,
    invitation_id: str | None = None,
    wished: tuple[str, Mapping[str, Any]] = ("", {}),
    login_hint: str | None = None,
    must_prove: bool = False,
) -> str:
    """The address at Microsoft to go on to; `wished` is the endpoint to end at, with arguments."""
    flow = new_flow(kind, user_id=user_id, invitation_id=invitation_id, wished=wished)
    state = begin(rows, vault, flow, session_hash=session_hash, now=now)
    return oauth.authorize_address(
        redirect_uri=redirect_uri,
        scopes=asked_for(kind),
        state=state,
        nonce=flow.nonce,
        verifier=flow.verifier,
        login_hint=login_hint,
        must_prove=must_prove,
    )


def start_consent(
    rows: Rows,
    vault: Vault,
    oauth: OAuth,
    *,
    session_hash: str,
    redirect_uri: str,
    user_id: str,
    now: datetime,
) -> str:
    """The address at which an administrator consents for the organization, and comes back."""
    flow = new_flow(FlowKind.CONSENT, user_id=user_id)
    state = begin(rows, vault, flow, session_hash=session_hash, now=now)
    return oauth.consent_address(redirect_uri=redirect_uri, state=state)


def new_flow(
    kind: FlowKind,
    *,
    user_id: str | None = None,
    invitation_id: str | None = None,
    wished: tuple[str, Mapping[str, Any]] = ("", {}),
) -> Flow:
    """With a verifier and a nonce of its own; not begun yet."""
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    return Flow(kind, user_id, invitation_id, verifier, nonce, wished[0], dict(wished[1]))


def begin(rows: Rows, vault: Vault, flow: Flow, *, session_hash: str, now: datetime) -> str:
    """The state that whoever comes back has to bring; stored as a hash only."""
    state = secrets.token_urlsafe(32)
    state_hash = hash_token(state)
    sealed = _sealed(vault, flow, state_hash)
    with rows.write():
        flow_store.add(rows, sealed, state_hash=state_hash, session_hash=session_hash, now=now)
    return state


def consume(
    rows: Rows,
    vault: Vault,
    *,
    state: str,
    session_hash: str | None,
    now: datetime,
    kinds: Collection[FlowKind],
) -> Flow:
    """Take up an open flow of this session; a second time, or anybody else's, is refused.

    So is one of another kind than those that end at this address; it is used up all the same.
    """
    state_hash = hash_token(state)
    with rows.write():
        flow = flow_store.take(
            rows, state_hash=state_hash, session_hash=session_hash or "", now=now
        )
    if flow is None or flow.kind not in kinds:
        raise FlowRefused(NOT_OURS)
    try:
        return _opened(vault, flow, state_hash)
    except Unreadable as error:
        raise FlowRefused(NOT_OURS) from error


def _sealed(vault: Vault, flow: Flow, state_hash: str) -> Flow:
    return replace(
        flow,
        verifier=vault.seal(flow.verifier, where=_place("verifier", state_hash)),
        nonce=vault.seal(flow.nonce, where=_place("nonce", state_hash)),
    )


def _opened(vault: Vault, flow: Flow, state_hash: str) -> Flow:
    return replace(
        flow,
        verifier=vault.open(flow.verifier, where=_place("verifier", state_hash)),
        nonce=vault.open(flow.nonce, where=_place("nonce", state_hash)),
    )


def _place(column: str, state_hash: str) -> Where:
    # The flow's tenant is not known before Microsoft has answered.
    return Where("flows", column, state_hash, "")

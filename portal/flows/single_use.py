"""Begin a flow and consume it: each one once, by the session that began it."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.entra.errors import FlowRefused
from portal.flows import store
from portal.flows.models import Flow, FlowKind
from portal.storage.rows import Rows
from portal.vault import Unreadable, Vault, Where, hash_token

NOT_OURS = "This way back was used before, is too old, or began in another browser."


def new_flow(
    kind: FlowKind,
    *,
    user_id: str | None = None,
    invitation_id: str | None = None,
    wished: tuple[str, Mapping[str, Any]] = ("", {}),
) -> Flow:
    """A flow with a verifier and a nonce of its own; not begun yet."""
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    return Flow(kind, user_id, invitation_id, verifier, nonce, wished[0], dict(wished[1]))


def begin(rows: Rows, vault: Vault, flow: Flow, *, session_hash: str, now: datetime) -> str:
    """The state that the browser has to bring back; stored as a hash only."""
    state = secrets.token_urlsafe(32)
    state_hash = hash_token(state)
    sealed = _sealed(vault, flow, state_hash)
    with rows.write():
        store.add(rows, sealed, state_hash=state_hash, session_hash=session_hash, now=now)
    return state


def give_up(
    rows: Rows, *, state: str, session_hashes: Collection[str]
) -> tuple[str, dict[str, Any]] | None:
    """Forget an open flow of this session. The place where it began, or None for no such flow."""
    with rows.write():
        return store.give_up(rows, state_hash=hash_token(state), session_hashes=session_hashes)


def consume(
    rows: Rows,
    vault: Vault,
    *,
    state: str,
    session_hashes: Collection[str],
    now: datetime,
    kinds: Collection[FlowKind],
) -> Flow:
    """Use up an open flow of this session; refuse a used one and another session's.

    A session that was renewed, because a role changed, has more than one hash.
    A flow of another kind than those that end at this address is used up and refused.
    """
    state_hash = hash_token(state)
    with rows.write():
        flow = store.take(rows, state_hash=state_hash, session_hashes=session_hashes, now=now)
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

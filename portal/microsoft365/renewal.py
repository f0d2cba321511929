"""Provide a working token: the stored one, or a new one fetched by exactly one process."""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from portal import clock
from portal.entra.oauth import OAuth
from portal.entra.scopes import OF_THE_PROTOCOL
from portal.errors import PortalError
from portal.graph import time_limits
from portal.graph.errors import NeedsReconnect, Unavailable
from portal.microsoft365 import connections, store
from portal.microsoft365.models import Connection
from portal.microsoft365.permissions import Feature
from portal.storage.claims import Claim
from portal.storage.rows import Rows
from portal.vault import Unreadable, Vault

MARGIN = timedelta(seconds=60)
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Fetched:
    """An access token and the version of the connection that it belongs to."""

    access_token: str = field(repr=False)
    version: int


def token_for(
    rows: Rows,
    vault: Vault,
    oauth: OAuth,
    *,
    user_id: str,
    feature: Feature,
    refused_version: int | None = None,
) -> Fetched:
    """A working token. `refused_version` is the version whose token Microsoft refused."""
    deadline = time_limits.deadline(PATIENCE_SECONDS)
    while clock.monotonic() < deadline:
        found = connections.usable(rows, user_id, feature)
        fetched = _stored(rows, vault, found, refused_version)
        fetched = fetched or _renewed(rows, vault, oauth, found)
        if fetched is not None:
            return fetched
        time.sleep(LOOK_SECONDS)
    raise Unavailable("Microsoft's sign-in is slow at the moment. We will try again.")


def _stored(
    rows: Rows, vault: Vault, found: Connection, refused_version: int | None
) -> Fetched | None:
    fresh = connections.is_fresh(found, now=clock.utc_now(), margin=MARGIN)
    if not fresh or found.version == refused_version:
        return None
    try:
        token = connections.access_token(vault, found)
    except Unreadable as error:
        raise connections.refuse_unreadable(rows, found, error) from error
    return Fetched(token, found.version) if token else None


def _renewed(rows: Rows, vault: Vault, oauth: OAuth, seen: Connection) -> Fetched | None:
    """Renew the token. None if another process renews it or was faster: read it again."""
    claim, claimed = _claim(rows, seen)
    if claim is None or claimed is None:
        return None
    try:
        refresh_token = connections.refresh_token(vault, claimed)
    except Unreadable as error:
        raise connections.refuse_unreadable(rows, claimed, error) from error
    try:
        return _fetch(rows, vault, oauth, claimed, refresh_token or "")
    except NeedsReconnect as refusal:
        # Another process may have stored a newer token; then this refusal means nothing.
        if connections.lapse(rows, claimed, failure=str(refusal), now=clock.utc_now()):
            raise
        return None
    except PortalError:
        with rows.write():
            store.RENEWALS.release(rows, claim)
        raise


def _claim(rows: Rows, seen: Connection) -> tuple[Claim | None, Connection | None]:
    """Claim the renewal, with the connection as it then is."""
    with rows.write():
        claim = store.claim_renewal(rows, seen, now=clock.utc_now())
        return claim, store.connection(rows, seen.id) if claim else None


def _fetch(
    rows: Rows, vault: Vault, oauth: OAuth, old: Connection, refresh_token: str
) -> Fetched | None:
    """Ask Microsoft without an open transaction, then compare and swap."""
    scopes = sorted(old.scopes | OF_THE_PROTOCOL)
    token = oauth.renewed(refresh_token=refresh_token, scopes=scopes, now=clock.utc_now())
    new = connections.renewed_with(vault, old, token)
    with rows.write():
        is_saved = store.save_renewed(rows, new, since=old)
    return Fetched(token.access_token, new.version) if is_saved else None

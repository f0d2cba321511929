"""Connect, renew, lapse and revoke one person's authorization."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.entra.errors import AccountTaken, PlatformOff, WrongAccount
from portal.entra.models import Identity, PersonToken
from portal.errors import NotAllowed
from portal.graph.errors import NeedsReconnect, NotConnected, PermissionMissing
from portal.microsoft365 import store
from portal.microsoft365.models import Connection, ConnectionState
from portal.microsoft365.permissions import Feature, missing_in
from portal.storage import platforms
from portal.storage.ids import new_id
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store
from portal.vault import Unreadable, Vault, Where

UNREADABLE = "The stored authorization cannot be read any more. Please reconnect."


@dataclass(frozen=True)
class Revoked:
    """A revoked authorization, and the subscriptions that it opened and Microsoft may keep."""

    connection: Connection
    microsoft_ids: tuple[str, ...]


def connect(act: Act, vault: Vault, *, user_id: str, token: PersonToken) -> Connection:
    """Save an authorization, replacing the one before.

    Refuses an account other than the connected or signed-in one, and another user's account.
    Missing permissions do not stop it: the page names them.
    """
    identity = token.identity
    if identity is None or token.refresh_token is None:
        raise WrongAccount("Microsoft did not say which account this is. Please try again.")
    with act.rows.write():
        require_platform(act.rows)
        before = store.connection_of(act.rows, user_id)
        _require_account(act.rows, user_id, identity, before)
        made = _connection(before, user_id, identity, token, act.now)
        made = _with_tokens(vault, made, token)
        store.save(act.rows, made)
        store.forget_failures(act.rows, user_id)
        subscription_store.make_due_of(act.rows, user_id, now=act.now)
        act.record(
            Action.MICROSOFT_365_RECONNECTED if before else Action.MICROSOFT_365_CONNECTED,
            identity.address,
            old=" ".join(sorted(before.scopes)) if before else None,
            new=" ".join(sorted(made.scopes)),
        )
    return made


def require_platform(rows: Rows) -> None:
    if platforms.enabled(rows) is not Platform.MICROSOFT_365:
        raise PlatformOff("Microsoft 365 is not enabled in this portal, so nothing was connected.")


def _require_account(
    rows: Rows, user_id: str, identity: Identity, before: Connection | None
) -> None:
    own = store.own_key(rows, user_id)
    expected = own or ((*before.key, before.address) if before else None)
    if expected is not None and expected[:2] != identity.key:
        address = before.address if before else expected[2]
        raise WrongAccount(f"You signed in at Microsoft as {identity.account}, not as {address}.")
    other = store.other_owner(
        rows, user_id=user_id, tenant_id=identity.tenant_id, object_id=identity.object_id
    )
    if other is not None:
        raise AccountTaken(f"{identity.account} already belongs to {other} in this portal.")


def _connection(
    before: Connection | None, user_id: str, identity: Identity, token: PersonToken, now: datetime
) -> Connection:
    return Connection(
        id=before.id if before else new_id(),
        user_id=user_id,
        tenant_id=identity.tenant_id,
        object_id=identity.object_id,
        address=identity.address,
        display_name=identity.name,
        scopes=token.scopes,
        version=before.version + 1 if before else 1,
        state=ConnectionState.WORKING,
        connected_at=now,
    )


def _with_tokens(vault: Vault, bare: Connection, token: PersonToken) -> Connection:
    """The connection with these tokens. Keeps the refresh token if none came."""
    refresh = token.refresh_token
    sealed = vault.seal(refresh, where=_place(bare, "refresh_token")) if refresh else None
    return replace(
        bare,
        sealed_access_token=vault.seal(token.access_token, where=_place(bare, "access_token")),
        sealed_refresh_token=sealed or bare.sealed_refresh_token,
        access_expires_at=token.expires_at,
    )


def usable(rows: Rows, user_id: str, feature: Feature) -> Connection:
    """The connection that serves this feature. Raises the reason if there is none."""
    if not store.is_enabled(rows, user_id):
        raise NotAllowed("This person is not enabled for sign-in, so nothing is done for them.")
    found = store.connection_of(rows, user_id)
    if found is None:
        raise NotConnected
    if found.is_lapsed:
        raise NeedsReconnect(found.failure or NeedsReconnect().args[0])
    lacking = missing_in(found, (feature,))
    if lacking:
        names = ", ".join(sorted(lacking))
        raise PermissionMissing(
            f"The permission {names} was not granted. Reconnect your Microsoft account under "
            "Microsoft 365 in your settings."
        )
    return found


def access_token(vault: Vault, opened: Connection) -> str | None:
    return _opened(vault, opened, "access_token", opened.sealed_access_token)


def refresh_token(vault: Vault, opened: Connection) -> str | None:
    return _opened(vault, opened, "refresh_token", opened.sealed_refresh_token)


def last_token(vault: Vault, revoked: Connection) -> str | None:
    """The last access token, for closing subscriptions of a deleted authorization."""
    try:
        return access_token(vault, revoked)
    except Unreadable:
        return None


def _opened(vault: Vault, connection: Connection, column: str, sealed: str | None) -> str | None:
    return None if sealed is None else vault.open(sealed, where=_place(connection, column))


def renewed_with(vault: Vault, old: Connection, token: PersonToken) -> Connection:
    """The next version of a connection. Keeps scopes that Microsoft did not repeat."""
    scopes = token.scopes or old.scopes
    return _with_tokens(vault, replace(old, version=old.version + 1, scopes=scopes), token)


def lapse(rows: Rows, lapsed: Connection, *, failure: str, now: datetime) -> bool:
    """Lapse a connection as it was read. One renewed since then is left alone."""
    with rows.write():
        was_that_one = store.save_lapse(rows, lapsed, failure=failure, now=now)
        if was_that_one:
            Act(rows, Actor.system("Microsoft 365"), now).record(
                Action.MICROSOFT_365_LAPSED,
                lapsed.address,
                result="failed",
                new=failure,
            )
    return was_that_one


def revoke(act: Act, user_id: str) -> Revoked | None:
    """Delete the authorization at once, with everything that depends on it."""
    with act.rows.write():
        found = store.connection_of(act.rows, user_id)
        if found is None:
            return None
        store.delete(act.rows, user_id)
        opened = subscription_store.delete_of(act.rows, user_id)
        act.record(
            Action.MICROSOFT_365_ACCESS_REVOKED,
            found.address,
            old=" ".join(sorted(found.scopes)),
        )
    act.rows.forget_log()
    return Revoked(found, tuple(each.microsoft_id for each in opened if each.is_by_person))


def worked(rows: Rows, user_id: str, feature: Feature, now: datetime) -> None:
    """Record a success. Belongs in the transaction of what worked."""
    with rows.write():
        store.save_success(rows, user_id, feature.value, now=now)


def failed(rows: Rows, user_id: str, feature: Feature, sentence: str, now: datetime) -> None:
    with rows.write():
        store.save_failure(rows, user_id, feature.value, sentence, now=now)


def is_fresh(connection: Connection, *, now: datetime, margin: timedelta) -> bool:
    """Whether its access token stays valid for a while."""
    expires_at = connection.access_expires_at
    return expires_at is not None and expires_at - now > margin


def refuse_unreadable(rows: Rows, connection: Connection, error: Unreadable) -> NeedsReconnect:
    """Lapse a connection whose value does not decrypt, and say why. It is never used."""
    lapse(rows, connection, failure=UNREADABLE, now=clock.utc_now())
    refusal = NeedsReconnect(UNREADABLE)
    refusal.__cause__ = error
    return refusal


def _place(connection: Connection, column: str) -> Where:
    return Where("connections", column, connection.id, connection.tenant_id)

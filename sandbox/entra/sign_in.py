"""Sign-in: the chosen account, its consent, and the code that it gets."""

import secrets
from dataclasses import replace
from datetime import timedelta

import orjson

from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.entra import applications, permissions, store
from sandbox.entra.authorize_requests import BASIC, AuthorizeRequest
from sandbox.errors import EntraError

# The roles that may grant anything, and those that may grant all but application permissions.
# https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
MAY_GRANT_ALL = frozenset({"Global Administrator", "Privileged Role Administrator"})
ADMINISTRATORS = MAY_GRANT_ALL | {"Application Administrator", "Cloud Application Administrator"}


def chosen_account(state: State, oid: str) -> Row | None:
    """Find the chosen account. One of another tenant, or a disabled one, is refused."""
    if oid == "somebody-else":
        raise EntraError(
            "interaction_required",
            50020,
            "User account from identity provider 'live.com' does not exist in tenant"
            f" '{state.setting('displayName')}' and cannot access the application.",
        )
    person = directory.person(state, oid)
    if person and not person["account_enabled"]:
        raise disabled()
    return person


def disabled() -> EntraError:
    return EntraError(
        "access_denied", 50057, "The user account is disabled. Contact your IT administrator."
    )


def is_administrator(person: Row) -> bool:
    return bool(ADMINISTRATORS & set(orjson.loads(person["directory_roles"])))


def may_grant(person: Row, roles: list[str]) -> bool:
    """Whether a person may grant these application permissions, and scopes for everyone."""
    held = set(orjson.loads(person["directory_roles"]))
    return bool(held & (MAY_GRANT_ALL if roles else ADMINISTRATORS))


def resolved(state: State, asked: AuthorizeRequest, person: Row) -> AuthorizeRequest:
    """Replace `.default` by names: what is granted already, or the whole registration."""
    if ".default" not in asked.scopes:
        return asked
    granted = store.consented(state, asked.client_id, person["id"])
    is_enough = granted and asked.prompt != "consent"
    named = granted if is_enough else _registered(state, asked.client_id) - BASIC
    return replace(asked, scopes=(asked.scopes - {".default"}) | named)


def _registered(state: State, client_id: str) -> set[str]:
    found = applications.application(state, client_id)
    return set(found["required_scopes"]) if found else set()


def missing_consent(state: State, asked: AuthorizeRequest, person: Row) -> set[str]:
    """List the permissions that neither this person nor an administrator has granted."""
    return set(asked.scopes) - store.consented(state, asked.client_id, person["id"])


def needs_administrator(state: State, missing: set[str], person: Row) -> bool:
    if is_administrator(person):
        return False
    if state.setting("adminConsentRequired"):
        return bool(missing - permissions.SELF_GRANTED)
    return bool(missing & permissions.ADMIN_ONLY)


def grant(state: State, asked: AuthorizeRequest, person: Row, *, for_everyone: bool) -> None:
    oid = store.EVERYONE if for_everyone else person["id"]
    applications.install(state, asked.client_id)
    store.consent(state, asked.client_id, oid, set(asked.scopes))


def approve(state: State, asked: AuthorizeRequest) -> None:
    """Grant the named permissions for everyone, and revoke others that were granted so before.

    What people granted for themselves stays:
    https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
    """
    applications.install(state, asked.client_id)
    _grant_everyone(state, asked.client_id, set(asked.scopes))


def grant_registration(state: State, client_id: str) -> None:
    """Grant everything the registration asks for, for everyone, and revoke the rest."""
    found = applications.application(state, client_id)
    if found is None:
        return
    scopes = set(found["required_scopes"])
    applications.set_roles(state, client_id, found["required_roles"])
    _grant_everyone(state, client_id, scopes)


def _grant_everyone(state: State, client_id: str, scopes: set[str]) -> None:
    earlier = set(store.consents(state, client_id).get(store.EVERYONE, ()))
    store.revoke(state, client_id, store.EVERYONE, earlier - scopes)
    store.consent(state, client_id, store.EVERYONE, scopes)


def issue_code(state: State, asked: AuthorizeRequest, person: Row, *, signed_in_at: int) -> str:
    """Issue a code that is valid for ten minutes and redeemable once.

    `signed_in_at` is when the person last signed in, which may be long before with single sign-on.
    """
    code = "0." + secrets.token_urlsafe(64)
    facts = {
        "oid": person["id"],
        "client_id": asked.client_id,
        "redirect_uri": asked.redirect_uri,
        "scopes": sorted(asked.scopes),
        "nonce": asked.nonce,
        "signed_in_at": signed_in_at,
        "challenge": asked.challenge,
        "challenge_method": asked.challenge_method,
    }
    expires_at = state.now() + timedelta(minutes=10)
    store.save_code(state, code, facts, expires_at=expires_at.isoformat())
    return code

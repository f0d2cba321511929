"""Signing in: who somebody is here, and what they have agreed to."""

import secrets
from dataclasses import replace
from datetime import timedelta

import orjson

from sandbox.database import Row, State
from sandbox.entra import permissions, store
from sandbox.entra.requests import AuthorizeRequest

ADMINISTRATORS = frozenset(
    {
        "Global Administrator",
        "Privileged Role Administrator",
        "Application Administrator",
        "Cloud Application Administrator",
    }
)


def is_administrator(person: Row) -> bool:
    return bool(ADMINISTRATORS & set(orjson.loads(person["directory_roles"])))


def resolved(state: State, asked: AuthorizeRequest, person: Row) -> AuthorizeRequest:
    """`.default` as names: what is granted already, or all of the registration."""
    if ".default" not in asked.scopes:
        return asked
    granted = store.consented(state, asked.client_id, person["id"])
    is_enough = granted and asked.prompt != "consent"
    named = granted if is_enough else permissions.REGISTERED
    return replace(asked, scopes=(asked.scopes - {".default"}) | named)


def missing_consent(state: State, asked: AuthorizeRequest, person: Row) -> set[str]:
    """Permissions that neither this person nor an administrator has granted."""
    return set(asked.scopes) - store.consented(state, asked.client_id, person["id"])


def needs_administrator(state: State, missing: set[str], person: Row) -> bool:
    if is_administrator(person):
        return False
    if state.setting("adminConsentRequired"):
        return bool(missing - permissions.HARMLESS)
    return bool(missing & permissions.ADMIN_ONLY)


def grant(state: State, asked: AuthorizeRequest, person: Row, *, for_everybody: bool) -> None:
    oid = store.EVERYBODY if for_everybody else person["id"]
    store.consent(state, asked.client_id, oid, set(asked.scopes))


def issue_code(state: State, asked: AuthorizeRequest, person: Row) -> str:
    """A code that lives ten minutes and can be redeemed once."""
    code = "0." + secrets.token_urlsafe(64)
    facts = {
        "oid": person["id"],
        "client_id": asked.client_id,
        "redirect_uri": asked.redirect_uri,
        "scopes": sorted(asked.scopes),
        "nonce": asked.nonce,
        "challenge": asked.challenge,
        "challenge_method": asked.challenge_method,
    }
    expires_at = state.now() + timedelta(minutes=10)
    store.save_code(state, code, facts, expires_at=expires_at.isoformat())
    return code

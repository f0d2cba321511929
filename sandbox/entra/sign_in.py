"""Signing in: who somebody is here, and what they have agreed to."""

import secrets
from datetime import timedelta

import orjson

from sandbox.database import Row, State
from sandbox.entra import store
from sandbox.entra.requests import AuthorizeRequest

# What people may always grant for themselves, also where an administrator must approve the rest.
HARMLESS = frozenset({"User.Read", "openid", "profile", "email", "offline_access"})
ADMINISTRATORS = frozenset(
    {
        "Global Administrator",
        "Privileged Role Administrator",
        "Application Administrator",
        "Cloud Application Administrator",
    }
)
# Delegated permissions that nobody can grant for themselves.
ADMIN_ONLY = frozenset({"User.Read.All", "Group.ReadWrite.All", "Place.Read.All"})

EXPLAINED = {
    "User.Read": ("Sign you in and read your profile", "Reads your name and addresses."),
    "Mail.Read": ("Read your mail", "Reads the mail in your mailbox."),
    "Mail.ReadWrite": ("Read and write your mail", "Reads, changes and deletes your mail."),
    "Mail.Send": ("Send mail as you", "Sends mail in your name."),
    "Calendars.ReadWrite": ("Have full access to your calendars", "Reads and changes events."),
    "User.Read.All": ("Read all users' full profiles", "Reads everybody's profile."),
    "Group.ReadWrite.All": ("Read and write all groups", "Reads and changes groups."),
    "Place.Read.All": ("Read all company places", "Reads rooms."),
    "offline_access": (
        "Maintain access to data you have given it access to",
        "Goes on working while you are away.",
    ),
    "openid": ("Sign you in", "Knows who you are."),
    "profile": ("View your basic profile", "Reads your name."),
    "email": ("View your email address", "Reads your primary address."),
}


def is_administrator(person: Row) -> bool:
    return bool(ADMINISTRATORS & set(orjson.loads(person["directory_roles"])))


def missing_consent(state: State, asked: AuthorizeRequest, person: Row) -> set[str]:
    """Permissions that neither this person nor an administrator has granted."""
    granted = {name.lower() for name in store.consented(state, asked.client_id, person["id"])}
    return {name for name in asked.permissions if name.lower() not in granted}


def needs_administrator(state: State, missing: set[str], person: Row) -> bool:
    if is_administrator(person):
        return False
    if state.setting("adminConsentRequired"):
        return bool(missing - HARMLESS)
    return bool(missing & ADMIN_ONLY)


def grant(state: State, asked: AuthorizeRequest, person: Row, *, for_everybody: bool) -> None:
    oid = store.EVERYBODY if for_everybody else person["id"]
    store.consent(state, asked.client_id, oid, set(asked.permissions))


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

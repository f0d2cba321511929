"""The check of Google's id_token, and of its domain. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.entra.errors import IdentityRefused
from portal.entra.id_tokens import NOT_TRUSTED, claims_in
from portal.entra.models import Identity
from portal.google.errors import WrongDomain
from portal.google.models import Application

LONGEST_SUBJECT = 255


def identity_in(
    id_token: str,
    *,
    keys: Sequence[Mapping[str, Any]],
    application: Application,
    issuer: str,
    nonce: str,
    now: datetime,
) -> Identity:
    """The identity in an id_token: issuer and subject, never an address.

    https://developers.google.com/identity/openid-connect/openid-connect
    """
    claims = claims_in(
        id_token,
        keys=keys,
        expected={"aud": application.client_id, "iss": issuer, "email_verified": True},
        needed=("email",),
        nonce=nonce,
        now=now,
    )
    subject, address = claims["sub"], str(claims["email"])[:320]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise IdentityRefused(NOT_TRUSTED)
    _require_domain(claims.get("hd"), address, application.domains)
    return Identity(issuer, subject, address, str(claims.get("name") or address)[:256])


def _require_domain(hosted_domain: object, address: str, expected: Collection[str]) -> None:
    """Require a hosted domain. The requested one is a hint; only this claim proves it."""
    if hosted_domain is not None and not isinstance(hosted_domain, str):
        raise IdentityRefused(NOT_TRUSTED)
    if hosted_domain in expected:
        return
    whose = (
        f"belongs to the organization {hosted_domain[:253]}"
        if hosted_domain
        else "is a personal account, which belongs to no organization"
    )
    raise WrongDomain(f"{address} {whose}. This portal is for people of {', '.join(expected)}.")

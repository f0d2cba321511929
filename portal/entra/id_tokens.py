"""The one check of an id_token: signature, audience, issuer, time and nonce. Pure."""

import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from portal.entra.errors import GuestAccount, IdentityRefused
from portal.entra.models import Identity
from portal.web_addresses import web_address

LEEWAY_SECONDS = 300
LAST_SECOND = 2**40
NOT_TRUSTED = "The answer about who you are could not be trusted, so it was not used."


class UnknownKey(IdentityRefused):
    """The signing key is not among those given. Microsoft may have rotated its keys."""


def identity_in(
    id_token: str,
    *,
    keys: Sequence[Mapping[str, Any]],
    client_id: str,
    tenant_id: str,
    issuer: str,
    nonce: str,
    now: datetime,
) -> Identity:
    """Check an id_token of this tenant and return its identity."""
    claims = claims_in(
        id_token,
        keys=keys,
        expected={"aud": client_id, "iss": issuer, "tid": tenant_id, "ver": "2.0"},
        needed=("oid", "nbf"),
        nonce=nonce,
        now=now,
    )
    return _identity(claims, issuer)


def claims_in(
    id_token: str,
    *,
    keys: Sequence[Mapping[str, Any]],
    expected: Mapping[str, Any],
    needed: Iterable[str] = (),
    nonce: str,
    now: datetime,
) -> Mapping[str, Any]:
    """Check an id_token and return its claims. joserfc's decode() alone checks no claim.

    `expected` are the claims that must match exactly, audience and issuer among them. A token
    that another application asked for (`azp`) is refused.
    """
    try:
        key = _key(id_token, keys, issuer=expected["iss"], tenant_id=str(expected.get("tid", "")))
        claims = jwt.decode(id_token, key, algorithms=["RS256"]).claims
        _registry(now, (*expected, *needed)).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise IdentityRefused(NOT_TRUSTED) from error
    # joserfc accepts a list that contains the value among others; we need exactly one.
    if any(claims.get(name) != value for name, value in expected.items()):
        raise IdentityRefused(NOT_TRUSTED)
    if claims.get("azp", expected["aud"]) != expected["aud"]:
        raise IdentityRefused(NOT_TRUSTED)
    if not nonce or not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise IdentityRefused(NOT_TRUSTED)
    return claims


def _registry(now: datetime, needed: Iterable[str]) -> JWTClaimsRegistry:
    names = {*needed, "sub", "nonce", "exp", "iat"}
    options: dict[str, ClaimsOption] = {name: {"essential": True} for name in names}
    return JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY_SECONDS, **options)


def _key(
    id_token: str, keys: Sequence[Mapping[str, Any]], *, issuer: str, tenant_id: str
) -> RSAKey:
    header = jws.extract_compact(id_token.encode()).headers()
    if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
        raise IdentityRefused(NOT_TRUSTED)
    found = next((key for key in keys if key.get("kid") == header["kid"]), None)
    if found is None:
        raise UnknownKey(NOT_TRUSTED)
    whose = str(found.get("issuer", issuer)).replace("{tenantid}", tenant_id)
    if found.get("kty") != "RSA" or found.get("use", "sig") != "sig" or whose != issuer:
        raise IdentityRefused(NOT_TRUSTED)
    return RSAKey.import_key({"kty": "RSA", "n": str(found["n"]), "e": str(found["e"])})


def _identity(claims: Mapping[str, Any], issuer: str) -> Identity:
    user_name = str(claims.get("preferred_username") or "")[:320]
    address = str(claims.get("email") or user_name)[:320]
    # Only a guest from another directory has an `idp` that is not this tenant.
    own = (issuer, f"https://sts.windows.net/{claims['tid']}/")
    if claims.get("idp", issuer) not in own or claims.get("acct") in (1, "1"):
        shown = _home_name(user_name) or address or "a guest"
        raise GuestAccount(f"You signed in as {shown}, with a guest account of your organization.")
    object_id = _exact_guid(claims["oid"])
    name = str(claims.get("name") or address)[:256]
    moment = _moment(claims.get("auth_time"))
    return Identity(str(claims["tid"]), object_id, address, name, user_name, moment)


def _moment(seconds: object) -> datetime | None:
    """The time in a claim of whole seconds. None for anything else."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _home_name(user_name: str) -> str:
    """The name of a guest at home, which the tenant writes as kim_home.example#EXT#@tenant."""
    outside, mark, _ = user_name.partition("#EXT#")
    local, blank, domain = outside.rpartition("_")
    return f"{local}@{domain}" if mark and blank else user_name


def _exact_guid(text: object) -> str:
    """An id as Microsoft writes it. Another spelling of a known one is not that one."""
    if isinstance(text, str) and is_guid(text) and text == text.lower():
        return text
    raise IdentityRefused(NOT_TRUSTED)


def tenant_in(issuer: str, authority: str) -> str | None:
    """The tenant in an issuer of this authority. None for a template or a foreign issuer."""
    middle = issuer.removeprefix(f"{authority}/").removesuffix("/v2.0")
    if issuer != f"{authority}/{middle}/v2.0" or not is_guid(middle):
        return None
    return middle.lower()


def is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def same_origin(one: str, other: str) -> bool:
    a, b = web_address(one), web_address(other)
    return a is not None and b is not None and a.origin == b.origin

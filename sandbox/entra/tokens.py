"""Tokens in Microsoft's format: issued, and verified when they come back."""

import base64
import hashlib
import secrets
import uuid
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError

from sandbox.database import Row, State
from sandbox.directory.resource import principal_name
from sandbox.entra import keys
from sandbox.errors import unauthorized

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"


def issuer(state: State) -> str:
    return f"{state.base_url}/{state.setting('id')}/v2.0"


def access_token(state: State, claims: dict[str, Any]) -> str:
    """Issue a token for Graph with these claims. The switch `tokenLifetime` is in seconds."""
    now = int(state.now().timestamp())
    common = {
        "aud": GRAPH_APP_ID,
        "iss": f"https://sts.windows.net/{state.setting('id')}/",
        "iat": now,
        "nbf": now,
        "exp": now + lifetime(state),
        "tid": state.setting("id"),
        "uti": secrets.token_urlsafe(12),
        "ver": "1.0",
    }
    return _signed(state, common | claims)


def lifetime(state: State) -> int:
    return int(state.setting("tokenLifetime"))


def person_access_token(state: State, person: Row, *, client_id: str, scopes: set[str]) -> str:
    named = sorted(scopes - {"offline_access"})
    return access_token(
        state,
        {
            "appid": client_id,
            "idtyp": "user",
            "oid": person["id"],
            "upn": principal_name(state, person),
            "name": person["display_name"],
            "scp": " ".join(named),
            "sub": pairwise(person["id"], client_id),
        },
    )


def app_access_token(state: State, *, client_id: str, roles: list[str]) -> str:
    """Issue an app-only token. It has no `roles` if none was granted, as at Microsoft."""
    service_principal = str(uuid.uuid5(uuid.NAMESPACE_DNS, client_id))
    claims: dict[str, Any] = {
        "appid": client_id,
        "idtyp": "app",
        "oid": service_principal,
        "sub": service_principal,
    }
    return access_token(state, claims | ({"roles": roles} if roles else {}))


def id_token(
    state: State,
    person: Row,
    *,
    client_id: str,
    scopes: set[str],
    nonce: str | None,
    signed_in_at: int | None = None,
) -> str:
    """Issue an id_token. `oid` needs the scope `profile`.

    `signed_in_at` is given where the registration asks for the optional claim `auth_time`.
    """
    now = int(state.now().timestamp())
    claims: dict[str, Any] = {
        "aud": client_id,
        "iss": issuer(state),
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "sub": pairwise(person["id"], client_id),
        "tid": state.setting("id"),
        "ver": "2.0",
        "uti": secrets.token_urlsafe(12),
        "rh": "0.practice",
    }
    if nonce:
        claims["nonce"] = nonce
    if signed_in_at is not None:
        claims["auth_time"] = signed_in_at
    if "profile" in scopes:
        claims |= {
            "oid": person["id"],
            "name": person["display_name"],
            "preferred_username": principal_name(state, person),
        }
    if "email" in scopes and person["mail"]:
        claims["email"] = person["mail"]
    if person["user_type"] == "Guest":
        claims["idp"] = "https://sts.windows.net/partner/"
    return _signed(state, claims)


def client_info(state: State, person: Row) -> str:
    """Encode the home account for msal's client_info=1, as base64url without padding."""
    document = orjson.dumps({"uid": person["id"], "utid": state.setting("id")})
    return base64.urlsafe_b64encode(document).decode().rstrip("=")


def pairwise(oid: str, client_id: str) -> str:
    """Derive `sub`, which differs for each application, as in Entra."""
    digest = hashlib.sha256(f"{oid}/{client_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _signed(state: State, claims: dict[str, Any]) -> str:
    key = keys.signing_key(state)
    header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=["RS256"])


def read_access_token(state: State, token: str) -> dict[str, Any]:
    """Verify a token and return its claims. A revocation does not affect it until it expires."""
    try:
        claims = jwt.decode(token, keys.signing_key(state), algorithms=["RS256"]).claims
    except (JoseError, ValueError) as error:
        message = "IDX14100: JWT is not well formed, there are no dots (.)."
        raise unauthorized(message if "." not in token else "Invalid token.") from error
    now = state.now().timestamp()
    if claims.get("aud") != GRAPH_APP_ID:
        raise unauthorized("Access token validation failure. Invalid audience.")
    if claims["exp"] <= now:
        raise unauthorized("Lifetime validation failed, the token is expired.")
    if claims["tid"] != state.setting("id"):
        raise unauthorized("Access token validation failure.")
    return dict(claims)

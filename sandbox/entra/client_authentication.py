"""Client authentication at the token endpoint, by secret or certificate."""

import base64
import hashlib
import secrets
import urllib.parse
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from flask import request
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from sandbox.database import State
from sandbox.entra import applications
from sandbox.errors import EntraError

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def authenticate(state: State, tenant: str) -> dict[str, Any]:
    """Authenticate the application that sent this request."""
    client_id, secret = _basic()
    client_id = client_id or request.form.get("client_id", "")
    secret = secret or request.form.get("client_secret")
    application = require_application(state, client_id)
    if request.form.get("client_assertion_type") == JWT_BEARER:
        _check_assertion(state, application, request.form.get("client_assertion", ""), tenant)
    else:
        _check_secret(state, application, secret)
    return application


def require_application(state: State, client_id: str) -> dict[str, Any]:
    """Find an application. One that is not registered, or is disabled, is refused."""
    application = applications.application(state, client_id)
    if application is None:
        raise EntraError(
            "unauthorized_client",
            700016,
            f"Application with identifier '{client_id}' was not found in the directory"
            f" '{state.setting('displayName')}'. This can happen if the application has not been"
            " installed by the administrator of the tenant or consented to by any user in the"
            " tenant. You may have sent your authentication request to the wrong tenant.",
        )
    if application["is_installed"] and not application["is_enabled"]:
        raise EntraError(
            "unauthorized_client",
            7000112,
            f"Application '{client_id}'({application['display_name']}) is disabled.",
        )
    return application


def _basic() -> tuple[str | None, str | None]:
    header = request.authorization
    if header is None or header.type != "basic":
        return None, None
    return (
        urllib.parse.unquote(header.username or ""),
        urllib.parse.unquote(header.password or ""),
    )


def _check_secret(state: State, application: dict[str, Any], secret: str | None) -> None:
    if secret is None:
        raise EntraError(
            "invalid_client",
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or"
            " 'client_secret'.",
            status=401,
        )
    fitting = [known for known in application["secrets"] if _is_same(secret, known["value"])]
    if not fitting:
        raise EntraError(
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the"
            " client secret value, not the client secret ID, for a secret added to app"
            f" '{application['client_id']}'.",
            status=401,
        )
    if all(applications.is_expired(state, known) for known in fitting):
        raise EntraError(
            "invalid_client",
            7000222,
            f"The provided client secret keys for app '{application['client_id']}' are expired."
            " Visit the Azure portal to create new keys for your app:"
            " https://aka.ms/NewClientSecret, or consider using certificate credentials for added"
            " security: https://aka.ms/certCreds.",
            status=401,
        )


def _is_same(given: str, known: str) -> bool:
    return secrets.compare_digest(given.encode(), known.encode())


def _check_assertion(
    state: State, application: dict[str, Any], assertion: str, tenant: str
) -> None:
    """Verify a JWT: signed by a registered certificate, for this endpoint, not expired."""
    refused = EntraError(
        "invalid_client", 700027, "Client assertion failed signature validation.", status=401
    )
    registry = jws.JWSRegistry(algorithms=["PS256", "RS256"])
    registry.max_header_length = 16384  # a certificate chain in x5c exceeds its 512 bytes
    try:
        header = jws.extract_compact(assertion.encode(), registry=registry).headers()
        key = _certificate_key(application["certificates"], header)
        claims = jwt.decode(assertion, key, registry=registry).claims
    except (JoseError, ValueError, KeyError) as error:
        raise refused from error
    now = state.now().timestamp()
    here = f"{state.base_url}/{tenant}/oauth2/v2.0/token"
    there = f"{state.base_url}/{state.setting('id')}/oauth2/v2.0/token"
    is_ours = claims.get("iss") == claims.get("sub") == application["client_id"]
    if not is_ours or claims.get("aud") not in (here, there) or claims.get("exp", 0) <= now:
        raise refused
    _check_age(state, application["certificates"], header)


def _check_age(state: State, certificates: list[str], header: dict[str, Any]) -> None:
    if _named(certificates, header).not_valid_after_utc <= state.now():
        raise EntraError(
            "invalid_client",
            700027,
            "The certificate with identifier used to sign the client assertion is expired on"
            " application.",
            status=401,
        )


def _certificate_key(certificates: list[str], header: dict[str, Any]) -> RSAKey:
    public = (
        _named(certificates, header)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return RSAKey.import_key(public)


def _named(certificates: list[str], header: dict[str, Any]) -> x509.Certificate:
    """Find the registered certificate by the thumbprint in the header."""
    # msal pads its base64url, others do not.
    named = {str(header.get(name, "")).rstrip("=") for name in ("x5t#S256", "x5t")}
    for pem in certificates:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        der = certificate.public_bytes(serialization.Encoding.DER)
        if named & {_thumbprint(hashlib.sha256, der), _thumbprint(hashlib.sha1, der)}:
            return certificate
    raise KeyError("no registered certificate has this thumbprint")


def _thumbprint(algorithm: Any, der: bytes) -> str:
    return base64.urlsafe_b64encode(algorithm(der).digest()).decode().rstrip("=")

"""Client assertions signed by a certificate, in both of Entra's forms."""

import base64
import hashlib
import ssl
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox import certificate
from tests.support.sandbox_server import CLIENT_ID, Sandbox

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def registered_certificate(tenant: Sandbox, folder: Path) -> tuple[Path, Path]:
    """Make a certificate and its key, and register the certificate with Entra."""
    files = certificate.make(folder)
    tenant.control("PATCH", "tenant", {"certificates": [files[0].read_text()]})
    return files


def assertion(
    files: tuple[Path, Path],
    *,
    audience: str,
    algorithm: str = "PS256",
    lasts: int = 600,
    **changes: Any,
) -> dict[str, str]:
    """Build the two form fields that replace a client secret."""
    der = ssl.PEM_cert_to_DER_cert(files[0].read_text())
    is_new = algorithm == "PS256"
    digest = hashlib.sha256(der) if is_new else hashlib.sha1(der, usedforsecurity=False)
    name = "x5t#S256" if is_new else "x5t"
    thumbprint = base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    now = int(datetime.now(UTC).timestamp())
    says = {
        "aud": audience,
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "jti": str(uuid.uuid4()),
        "nbf": now,
        "iat": now,
        "exp": now + lasts,
    }
    header = {"alg": algorithm, "typ": "JWT", name: thumbprint}
    key = RSAKey.import_key(files[1].read_text())
    signed = jwt.encode(header, says | changes, key, algorithms=[algorithm])
    return {"client_assertion_type": JWT_BEARER, "client_assertion": signed}

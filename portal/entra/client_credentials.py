"""Prove this app to Microsoft by its secret or by a signature of its certificate."""

import base64
import hashlib
import uuid
from datetime import date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from joserfc import jwt
from joserfc.jwk import RSAKey

from portal.config import MicrosoftConfig
from portal.entra.errors import Misconfigured

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE = timedelta(minutes=10)
UNUSABLE = (
    "The certificate that Portal proves itself with cannot be used. The file has to hold a "
    "certificate and its private RSA key as PEM, without a password."
)


def proof(config: MicrosoftConfig, *, audience: str, now: datetime) -> dict[str, str]:
    """The fields a token request needs besides the client id. A certificate takes precedence."""
    if config.client_certificate_file is None and not config.client_certificate:
        return {"client_secret": config.client_secret}
    signed = assertion(_pem(config), client_id=config.client_id, audience=audience, now=now)
    return {"client_assertion_type": JWT_BEARER, "client_assertion": signed}


def _pem(config: MicrosoftConfig) -> bytes:
    if config.client_certificate_file is None:
        return config.client_certificate.encode()
    try:
        return config.client_certificate_file.read_bytes()
    except OSError as error:
        raise Misconfigured(UNUSABLE) from error


def assertion(pem: bytes, *, client_id: str, audience: str, now: datetime) -> str:
    """https://learn.microsoft.com/entra/identity-platform/certificate-credentials"""
    key, certificate = read_certificate(pem)
    claims = {
        "aud": audience,
        "iss": client_id,
        "sub": client_id,
        "jti": str(uuid.uuid4()),
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int((now + ASSERTION_LIFE).timestamp()),
    }
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": _thumbprint(certificate)}
    return jwt.encode(header, claims, key, algorithms=["PS256"])


def read_certificate(pem: bytes) -> tuple[RSAKey, x509.Certificate]:
    """Read certificate and key from one PEM text. Misconfigured if they do not belong together.

    The text may also hold the chain of issuers, in any order.
    """
    try:
        key = serialization.load_pem_private_key(_block(pem), password=None)
        certificate = _certificate_of(key, x509.load_pem_x509_certificates(pem))
        return RSAKey.import_key(_plain(key)), certificate
    except (TypeError, ValueError) as error:  # TypeError: it wants a password
        raise Misconfigured(UNUSABLE) from error


def _certificate_of(key: PrivateKeyTypes, certificates: list[x509.Certificate]) -> x509.Certificate:
    for certificate in certificates:
        if certificate.public_key() == key.public_key():
            return certificate
    raise ValueError("no certificate of this key")


def last_day(pem: bytes) -> date:
    """The day on which a certificate ends. Misconfigured if there is none."""
    return read_certificate(pem)[1].not_valid_after_utc.date()


def _thumbprint(certificate: x509.Certificate) -> str:
    der = certificate.public_bytes(serialization.Encoding.DER)
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")


def _plain(key: PrivateKeyTypes) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _block(pem: bytes) -> bytes:
    """The private key without the rest of the file."""
    lines = pem.splitlines(keepends=True)
    marks = [n for n, line in enumerate(lines) if b"PRIVATE KEY-----" in line]
    if len(marks) < 2:
        raise ValueError("no private key")
    return b"".join(lines[marks[0] : marks[1] + 1])

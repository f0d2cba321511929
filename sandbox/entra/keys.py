"""The key that signs tokens, generated once for each process."""

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc.jwk import KeySet, RSAKey

from sandbox.database import State


@cache
def _fresh_pem() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@cache
def _imported(pem: str) -> RSAKey:
    """Import a private key once: checking its primes costs more than a whole answer."""
    key = RSAKey.import_key(pem)
    return RSAKey.import_key(pem, {"kid": key.thumbprint(), "use": "sig"})


@cache
def _certificate(pem: str) -> bytes:
    """Make the certificate that Entra publishes with each key, as DER."""
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("The tenant signs with RSA alone.")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "accounts.accesscontrol.practice")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2046, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def signing_key(state: State) -> RSAKey:
    """Return the signing key. It is stored with the state, so that tokens survive a restart."""
    row = state.row("select pem from signing_keys limit 1")
    if row is None:
        pem = _fresh_pem().decode()
        kid = _imported(pem).kid
        state.execute("insert into signing_keys (kid, pem) values (?, ?)", (kid, pem))
        row = {"pem": pem}
    return _imported(row["pem"])


def rotate(state: State) -> None:
    """Replace the signing key at once, as in a key roll-over."""
    _fresh_pem.cache_clear()
    state.execute("delete from signing_keys")


def public_keys(state: State, issuer: str) -> dict[str, object]:
    """Build the JWKS document, each key with its certificate and issuer, as Entra does."""
    key = signing_key(state)
    pem = state.rows("select pem from signing_keys limit 1")[0]["pem"]
    der = _certificate(pem)
    thumbprint = base64.urlsafe_b64encode(hashlib.sha1(der, usedforsecurity=False).digest())
    shown = {
        "use": "sig",
        "x5t": thumbprint.decode().rstrip("="),
        "x5c": [base64.b64encode(der).decode()],
        "issuer": issuer,
    }
    document = KeySet([key]).as_dict(private=False)
    return {"keys": [{**one, **shown} for one in document["keys"]]}

"""The key that signs tokens: made once for each process, for a real tenant keeps its keys too."""

from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
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


def signing_key(state: State) -> RSAKey:
    """The tenant's present key, kept with its state so that a restart breaks no token."""
    row = state.row("select kid, pem from signing_keys limit 1")
    if row is None:
        pem = _fresh_pem()
        key = RSAKey.import_key(pem)
        row = {"kid": key.thumbprint(), "pem": pem.decode()}
        state.execute("insert into signing_keys values (:kid, :pem)", row)
    return RSAKey.import_key(row["pem"], {"kid": row["kid"], "use": "sig"})


def rotate(state: State) -> None:
    """A new key at once, the old one gone: what a client meets after a roll-over."""
    _fresh_pem.cache_clear()
    state.execute("delete from signing_keys")


def public_keys(state: State, issuer: str) -> dict[str, object]:
    """The JWKS document, each key with its issuer as Entra adds it."""
    document = KeySet([signing_key(state)]).as_dict(private=False)
    keys = [{**key, "use": "sig", "issuer": issuer} for key in document["keys"]]
    return {"keys": keys}

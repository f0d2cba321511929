"""Seal and open what must not be read at rest; the only user of the encryption keys."""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.errors import PortalError

# Every column that holds a secret; rotation walks this list.
SEALED_COLUMNS: tuple[tuple[str, str], ...] = (
    ("connections", "access_token"),
    ("connections", "refresh_token"),
    ("flows", "verifier"),
    ("flows", "nonce"),
)
VERSION = "1"
NONCE_BYTES = 12


class Unreadable(PortalError):
    """A sealed value that no key opens in this place: it is never used."""

    def __init__(self) -> None:
        super().__init__("A stored secret cannot be opened with the keys that are there.")


@dataclass(frozen=True)
class Where:
    """The place of a sealed value. Moved to another row, it does not open."""

    table: str
    column: str
    row_id: str
    tenant_id: str


class Vault:
    """AES-256-GCM; the first key seals, all of them open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._sealing = _key_id(keys[0])

    def seal(self, text: str, *, where: Where) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = _bound(where, self._sealing)
        sealed = self._ciphers[self._sealing].encrypt(nonce, text.encode(), bound)
        return f"{VERSION}.{self._sealing}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, where: Where) -> str:
        version, _, rest = sealed.partition(".")
        key_id, _, encoded = rest.partition(".")
        if version != VERSION or key_id not in self._ciphers:
            raise Unreadable
        try:
            raw = base64.b64decode(encoded, altchars=b"-_", validate=True)
            nonce, body = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return self._ciphers[key_id].decrypt(nonce, body, _bound(where, key_id)).decode()
        except (ValueError, InvalidTag):
            raise Unreadable from None


def hash_token(text: str) -> str:
    """For random values of ours that are only ever compared: states, session ids, invitations."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"portal key id" + key).hexdigest()[:16]


def _bound(where: Where, key_id: str) -> bytes:
    return json.dumps([*astuple(where), key_id]).encode()

"""Seal and open secrets at rest. The only user of the encryption keys."""

import base64
import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.errors import Misconfigured, PortalError
from portal.key_files import read_token_keys

# Every column that holds a secret; rotation walks this list.
SEALED_COLUMNS: tuple[tuple[str, str], ...] = (
    ("connections", "access_token"),
    ("connections", "refresh_token"),
    ("flows", "verifier"),
    ("flows", "nonce"),
    ("applications", "client_secret"),
    ("applications", "certificate_private_key"),
    ("google_applications", "client_secret"),
    ("email_domains", "password"),
    ("carried_changes", "content"),
)
VERSION = "1"
NONCE_BYTES = 12
Mark = tuple[int, int, int] | None

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Where:
    """The place of a sealed value. Moved to another row, it does not open."""

    table: str
    column: str
    row_id: str
    tenant_id: str


class Unreadable(PortalError):
    """No key opens this sealed value in its place. It is never used.

    `seal_hash` tells one stored value from the next, and nothing of what it holds.
    """

    def __init__(self, where: Where, sealed: str) -> None:
        super().__init__("A stored secret cannot be opened with the keys that are there.")
        self.where = where
        self.seal_hash = hash_token(sealed)[:16]


@dataclass(frozen=True)
class _Ring:
    ciphers: dict[str, AESGCM]
    sealing: str

    @classmethod
    def of(cls, keys: Sequence[bytes]) -> "_Ring":
        return cls({_key_id(key): AESGCM(key) for key in keys}, _key_id(keys[0]))


class Vault:
    """AES-256-GCM; the first key seals, all of them open.

    `newer` returns the keys if their file changed since the last call, so web and workers follow a
    rotation while they run. A key that was loaded once keeps opening. `on_unreadable` is told of
    each value that does not open.
    """

    def __init__(
        self,
        keys: Sequence[bytes],
        *,
        newer: Callable[[], Sequence[bytes]] = tuple,
        on_unreadable: Callable[[Unreadable], None] = lambda _: None,
    ) -> None:
        self._ring = _Ring.of(keys)
        self._newer = newer
        self._on_unreadable = on_unreadable

    def seal(self, text: str, *, where: Where) -> str:
        ring = self._present()
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = _bound(where, ring.sealing)
        sealed = ring.ciphers[ring.sealing].encrypt(nonce, text.encode(), bound)
        return f"{VERSION}.{ring.sealing}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, where: Where) -> str:
        """The sealed text. Raises Unreadable, after `on_unreadable` was told."""
        try:
            return self._opened(sealed, where)
        except (ValueError, InvalidTag):
            refusal = Unreadable(where, sealed)
            self._on_unreadable(refusal)
            raise refusal from None

    def _opened(self, sealed: str, where: Where) -> str:
        ring = self._present()
        version, _, rest = sealed.partition(".")
        key_id, _, encoded = rest.partition(".")
        if version != VERSION or key_id not in ring.ciphers:
            raise InvalidTag
        raw = base64.b64decode(encoded, altchars=b"-_", validate=True)
        nonce, body = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        return ring.ciphers[key_id].decrypt(nonce, body, _bound(where, key_id)).decode()

    def is_sealed_with_first(self, sealed: str) -> bool:
        return sealed.startswith(f"{VERSION}.{self._present().sealing}.")

    @property
    def key_count(self) -> int:
        return len(self._present().ciphers)

    def _present(self) -> _Ring:
        keys = self._newer()
        if keys:
            newer = _Ring.of(keys)
            self._ring = _Ring({**self._ring.ciphers, **newer.ciphers}, newer.sealing)
        return self._ring


class KeysFile:
    """The key file, checked at every seal and open. Those are rare, and a check is cheap."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._mark()

    def newer(self) -> tuple[bytes, ...]:
        """The keys if their file has changed. A half-written file changes nothing."""
        mark = self._mark()
        if mark is None or mark == self._seen:
            return ()
        try:
            keys = read_token_keys(self._path)
        except (Misconfigured, OSError) as refusal:
            log.warning("the token keys stay as they were: %s", refusal)
            return ()
        self._seen = mark
        log.info("the token keys were read again: %s in the file", len(keys))
        return keys

    def _mark(self) -> Mark:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


def hash_token(text: str) -> str:
    """Hash a random value of ours that is only ever compared: a state, session id or invitation."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"portal key id" + key).hexdigest()[:16]


def _bound(where: Where, key_id: str) -> bytes:
    return json.dumps([*astuple(where), key_id]).encode()

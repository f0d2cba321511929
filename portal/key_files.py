"""Files of keys: make one, and read one that nobody else can read."""

import base64
import os
import secrets
from pathlib import Path

from portal.errors import Misconfigured

KEY_BYTES = 32


def read_token_keys(path: Path) -> tuple[bytes, ...]:
    """Read the keys that seal tokens, in the order of the file."""
    keys = tuple(_token_key(line, path) for line in lines_of(path))
    if not keys:
        raise Misconfigured(f"{path} is empty. Put the keys back that belong in it.")
    return keys


def _token_key(line: str, path: Path) -> bytes:
    try:
        key = base64.b64decode(line, altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES or len(set(key)) < 8:
        raise Misconfigured(
            f"A line of {path} is no key: each is {KEY_BYTES} random bytes written as base64."
        )
    return key


def make_key_file(path: Path) -> None:
    """Write one new random key. An existing file stays as it is."""
    line = base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(line)
    try:
        os.link(beside, path)  # If two programs start at once, the first one's key counts.
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def lines_of(path: Path) -> list[str]:
    """Read the lines of a key file that only its owner can read."""
    if not path.is_file():
        raise Misconfigured(f"There is no key file {path}. Put it back, or correct the setting.")
    if path.stat().st_mode & 0o077:
        raise Misconfigured(f"Others can read {path}. Close it: chmod 600 {path}")
    try:
        lines = path.read_text("ascii").splitlines()
    except UnicodeDecodeError:
        raise Misconfigured(f"{path} is not a file of keys.") from None
    return [line.strip() for line in lines if line.strip()]

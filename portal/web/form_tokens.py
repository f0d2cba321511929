"""The token of forms: one secret for each session, masked by another pad in each answer.

Compressed pages tell by their length what repeats in them. A secret under a fresh random pad
is another text each time, so many answers tell as little as one (BREACH).
"""

import binascii
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import g, request, session
from flask_wtf.csrf import CSRFProtect

FIELD = "csrf_token"
MASKED = "masked_form_token"
SECRET_LENGTH = 20

csrf = CSRFProtect()


def form_token() -> str:
    """The token for the forms of this answer. Every token of a session stays good."""
    if MASKED not in g:
        secret = _secret() or _new_secret()
        pad = secrets.token_bytes(SECRET_LENGTH)
        setattr(g, MASKED, _written(pad + _xor(pad, secret)))
    token: str = getattr(g, MASKED)
    return token


def require_form_token() -> None:
    """Check the token of a form. Raises CSRFError.

    Pages that an older version wrote carry the secret signed instead of masked.
    """
    if not _is_ours(request.form.get(FIELD, "")):
        csrf.protect()


def _is_ours(token: str) -> bool:
    secret = _secret()
    try:
        masked = urlsafe_b64decode(f"{token}==")
    except (binascii.Error, ValueError):
        return False
    if secret is None or len(masked) != 2 * SECRET_LENGTH:
        return False
    return hmac.compare_digest(_xor(masked[:SECRET_LENGTH], masked[SECRET_LENGTH:]), secret)


def _secret() -> bytes | None:
    """The secret of this session, which stands there in hex."""
    try:
        secret = bytes.fromhex(session.get(FIELD, ""))
    except (TypeError, ValueError):
        return None
    return secret if len(secret) == SECRET_LENGTH else None


def _new_secret() -> bytes:
    secret = secrets.token_bytes(SECRET_LENGTH)
    session[FIELD] = secret.hex()
    return secret


def _written(masked: bytes) -> str:
    return urlsafe_b64encode(masked).decode("ascii").rstrip("=")


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))

"""Passwords of local accounts: argon2 hashes, and how good a password has to be."""

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import Invalid

SHORTEST = 12
LONGEST = 500
DIFFERENT_SIGNS = 6
STRENGTH = (
    f"At least {SHORTEST} characters. A sentence that only you would write is better than a word "
    "with numbers behind it."
)
_hasher = argon2.PasswordHasher()
# Compared with when there is no account, so that the answer takes as long as for one that exists.
_NOBODY = _hasher.hash("nobody has this password")


def hashed(password: str, *, name: str, address: str) -> str:
    """Refuses what is short or easily guessed."""
    if len(password) < SHORTEST:
        raise Invalid(
            f"This password has {len(password)} characters; please use at least {SHORTEST}.",
            field="password",
        )
    if len(set(password.lower())) < DIFFERENT_SIGNS:
        raise Invalid(
            "This password repeats itself, so it is easy to guess. Please use a longer sentence.",
            field="password",
        )
    rest = password.lower()
    for known in (address.lower(), address.lower().partition("@")[0], *name.lower().split()):
        rest = rest.replace(known, "") if len(known) > 2 else rest
    if len(rest) < SHORTEST // 2:
        raise Invalid(
            "This password is made of your name or address, so it is easy to guess. Please choose "
            "another.",
            field="password",
        )
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether there is an account or not."""
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return password_hash is not None

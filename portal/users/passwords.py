"""Passwords of local accounts: argon2 hashes, and how good a password has to be."""

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import Invalid
from portal.wording import counted

SHORTEST = 12
LONGEST = 500
DIFFERENT_SIGNS = 6
STRENGTH = (
    f"At least {SHORTEST} characters. A sentence that only you would write is better than a word "
    "with numbers behind it."
)
_hasher = argon2.PasswordHasher()
# Compared with when there is no account, so that the answer takes as long as for one that exists.
# Written down, since making it takes 64 MB for a moment in every process that starts.
NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$QTwP4kSJKujkGWLDDou"
    "nrw$TLC3i18wHn+VtZmMCnwMz2D/i1cz+1xXXeA7rRK4ivU"
)


def hashed(password: str, *, name: str, address: str) -> str:
    """Refuses what is short or easily guessed."""
    if len(password) < SHORTEST:
        raise Invalid(
            f"This password has {counted(len(password), 'character')}; "
            f"please use at least {SHORTEST}.",
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
        _hasher.verify(password_hash or NOBODYS, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return password_hash is not None

"""Passwords of local accounts."""

import argon2

from portal.users import passwords


def test_placeholder_hash_takes_as_long_as_a_real_one() -> None:
    hasher = argon2.PasswordHasher()

    assert not hasher.check_needs_rehash(passwords.NOBODYS)
    assert not passwords.matches("nobody has this password", None)

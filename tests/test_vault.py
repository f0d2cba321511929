"""Sealed values open only in their own place and with the right key."""

import secrets
from dataclasses import replace

import pytest

from portal.vault import Unreadable, Vault, Where, hash_token

HERE = Where("connections", "refresh_token", "c1", "tenant-1")
OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)


def test_sealed_text_opens_again() -> None:
    vault = Vault([NEW])

    sealed = vault.seal("a refresh token", where=HERE)

    assert vault.open(sealed, where=HERE) == "a refresh token"
    assert "refresh token" not in sealed


def test_each_sealing_differs() -> None:
    vault = Vault([NEW])

    sealed = {vault.seal("same", where=HERE) for _ in range(20)}

    assert len(sealed) == 20


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"table": "flows"},
        {"column": "access_token"},
        {"row_id": "c2"},
        {"tenant_id": "tenant-2"},
    ],
)
def test_sealed_text_does_not_open_elsewhere(elsewhere: dict[str, str]) -> None:
    vault = Vault([NEW])
    sealed = vault.seal("a refresh token", where=HERE)

    with pytest.raises(Unreadable):
        vault.open(sealed, where=replace(HERE, **elsewhere))


def test_first_key_seals_and_all_open() -> None:
    before = Vault([OLD]).seal("old", where=HERE)
    both = Vault([NEW, OLD])

    after = both.seal("new", where=HERE)

    assert both.open(before, where=HERE) == "old"
    assert Vault([NEW]).open(after, where=HERE) == "new"
    with pytest.raises(Unreadable):
        Vault([NEW]).open(before, where=HERE)


@pytest.mark.parametrize("broken", ["", "1", "1..", "2.x.y", "plain text", "1.zz.é", "1.{id}.AAAA"])
def test_broken_text_is_refused(broken: str) -> None:
    vault = Vault([NEW])
    key_id = vault.seal("x", where=HERE).split(".")[1]

    with pytest.raises(Unreadable):
        vault.open(broken.replace("{id}", key_id), where=HERE)


def test_one_changed_message_is_refused() -> None:
    vault = Vault([NEW])
    sealed = vault.seal("a refresh token", where=HERE)
    turned = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]

    with pytest.raises(Unreadable):
        vault.open(turned, where=HERE)


def test_hash_takes_any_text() -> None:
    hashes = {hash_token(text) for text in ("", "a", "\ud800", "\0")}

    assert len(hashes) == 4

"""Equality of addresses and of names."""

import pytest

from portal.addresses import base, fold, fold_name


@pytest.mark.parametrize(
    ("address", "folded"),
    [
        ("Rosa.Ortega@Mail.Example", "rosa.ortega@mail.example"),
        ("  rosa@mail.example\t", "rosa@mail.example"),
        ("rosa@MÜNCHEN.example", "rosa@xn--mnchen-3ya.example"),
        ("Straße@mail.example", "straße@mail.example"),
        ("rosa+jobs@mail.example", "rosa+jobs@mail.example"),
        ("no address", "no address"),
        ("rosa@" + "ü" * 80, "rosa@" + "ü" * 80),
        ("", ""),
    ],
)
def test_fold_compares_as_mail_servers_do(address: str, folded: str) -> None:
    assert fold(address) == folded


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("Rosa+Jobs@mail.example", "rosa@mail.example"),
        ("rosa+a+b@mail.example", "rosa@mail.example"),
        ("rosa@mail+x.example", "rosa@mail+x.example"),
        ("+jobs@mail.example", "+jobs@mail.example"),
        ("rosa@mail.example", "rosa@mail.example"),
    ],
)
def test_base_has_no_plus_tag(address: str, plain: str) -> None:
    assert base(address) == plain


def test_name_is_found_without_accents_and_case() -> None:
    assert fold_name(" José ÁLVAREZ ") == "jose alvarez"

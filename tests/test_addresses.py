"""Addresses as people write them; equality of addresses and of names."""

import pytest
from email_validator import EmailNotValidError

from portal.addresses import base, checked, fold, fold_domain, fold_name, stands_for


@pytest.mark.parametrize(
    ("address", "folded"),
    [
        ("Rosa.Ortega@Mail.Example", "rosa.ortega@mail.example"),
        ("  rosa@mail.example\t", "rosa@mail.example"),
        ("rosa@MÜNCHEN.example", "rosa@xn--mnchen-3ya.example"),
        ("Straße@mail.example", "straße@mail.example"),
        ("jana@straße.example", "jana@xn--strae-oqa.example"),
        ("jana@STRAẞE.example", "jana@xn--strae-oqa.example"),
        ("jana@strasse.example", "jana@strasse.example"),
        ("jana@XN--STRAE-OQA.example", "jana@xn--strae-oqa.example"),
        ("jana@faß。example", "jana@xn--fa-hia.example"),
        ("jo\u0308rg@post.example", "j\u00f6rg@post.example"),
        ("JO\u0308RG@post.example", "j\u00f6rg@post.example"),
        ("rosa@bu\u0308cher.example", "rosa@xn--bcher-kva.example"),
        ("rosa@my_host.example", "rosa@my_host.example"),
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


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Rosa+Jobs@mail.example", ("rosa+jobs@mail.example", "rosa@mail.example")),
        ("rosa@mail.example", ("rosa@mail.example",)),
        ("+jobs@mail.example", ("+jobs@mail.example",)),
    ],
)
def test_tagged_address_stands_for_itself_and_the_plain_one(
    written: str, stored: tuple[str, ...]
) -> None:
    assert stands_for(written) == stored


def test_domain_of_any_length_is_folded_at_once() -> None:
    assert fold_domain("É" * 100_000) == "é" * 100_000


def test_name_is_found_without_accents_and_case() -> None:
    assert fold_name(" José ÁLVAREZ ") == "jose alvarez"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Rosa@Mail.Example", "Rosa@mail.example"),
        ("rosa@my_host.Mail.example", "rosa@my_host.mail.example"),
        ("rosa@office.local", "rosa@office.local"),
        ("rosa@mail_1.Office.local", "rosa@mail_1.office.local"),
    ],
)
def test_address_that_servers_deliver_to_is_taken(typed: str, kept: str) -> None:
    assert checked(typed) == kept


@pytest.mark.parametrize(
    "typed", ["rosa", "rosa@local", "rosa@.local", "a b@office.local", "@x_y.z"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(EmailNotValidError):
        checked(typed)

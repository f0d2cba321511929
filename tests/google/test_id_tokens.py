"""Checks of an id_token from Google."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from portal.config import GOOGLE
from portal.entra.errors import IdentityRefused
from portal.entra.id_tokens import UnknownKey
from portal.google.errors import WrongDomain
from portal.google.id_tokens import identity_in
from portal.google.models import Application

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
PUBLIC = {**KEY.as_dict(private=False), "kid": "one", "use": "sig", "alg": "RS256"}
APPLICATION = Application("client", "secret", "northwind.example")


def claims(**changes: Any) -> dict[str, Any]:
    """Claims as Google writes them: no nbf, no tenant."""
    now = int(NOW.timestamp())
    usual = {
        "iss": GOOGLE, "azp": "client", "aud": "client", "sub": "10769150350006150715113082367",
        "hd": "northwind.example", "email": "priya@northwind.example", "email_verified": True,
        "nonce": "n-1", "name": "Priya Kaur", "iat": now, "exp": now + 3600,
    }  # fmt: skip  # one to a line says no more
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def checked(
    content: dict[str, Any],
    *,
    key: RSAKey = KEY,
    application: Application = APPLICATION,
    **header: Any,
) -> Any:
    header = {"alg": "RS256", "kid": "one", **header}
    return identity_in(
        jwt.encode(header, content, key, algorithms=[header["alg"]]),
        keys=[PUBLIC],
        application=application,
        issuer=GOOGLE,
        nonce="n-1",
        now=NOW,
    )


def test_valid_token_yields_an_identity() -> None:
    identity = checked(claims())

    assert identity.key == (GOOGLE, "10769150350006150715113082367")
    assert (identity.address, identity.name) == ("priya@northwind.example", "Priya Kaur")


def test_token_without_a_name_is_named_by_its_address() -> None:
    assert checked(claims(name=None)).name == "priya@northwind.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": ["client"]},
        {"aud": ["client", "another"]},
        {"aud": None},
        {"azp": "another"},
        {"iss": "accounts.google.com"},
        {"iss": "https://accounts.google.com/"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 10769},
        {"sub": "1" * 256},
        {"nonce": "another"},
        {"nonce": None},
        {"email": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"exp": int((NOW - timedelta(minutes=6)).timestamp())},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"iat": int((NOW + timedelta(minutes=6)).timestamp())},
        {"nbf": int((NOW + timedelta(minutes=6)).timestamp())},
    ],
)
def test_wrong_claim_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefused):
        checked(claims(**changes))


@pytest.mark.parametrize(
    "domain", ["contoso.example", "NORTHWIND.EXAMPLE", "sub.northwind.example"]
)
def test_any_other_domain_is_refused(domain: str) -> None:
    with pytest.raises(WrongDomain) as refusal:
        checked(claims(hd=domain))

    assert domain in str(refusal.value)
    assert "northwind.example." in str(refusal.value)


@pytest.mark.parametrize("domain", [["northwind.example"], True, 1])
def test_domain_that_is_no_text_is_refused(domain: object) -> None:
    with pytest.raises(IdentityRefused):
        checked(claims(hd=domain))


def test_each_domain_of_the_organization_is_admitted() -> None:
    application = replace(APPLICATION, hosted_domain="northwind.example northwind.test")

    for domain in application.domains:
        assert checked(claims(hd=domain), application=application).object_id == claims()["sub"]
    with pytest.raises(WrongDomain, match=r"people of northwind\.example, northwind\.test\."):
        checked(claims(hd="contoso.example"), application=application)


@pytest.mark.parametrize("domain", [None, ""])
def test_account_of_no_organization_is_refused(domain: str | None) -> None:
    with pytest.raises(WrongDomain) as refusal:
        checked(claims(hd=domain))

    assert "is a personal account" in str(refusal.value)


def test_foreign_signature_is_refused() -> None:
    with pytest.raises(IdentityRefused):
        checked(claims(), key=OTHER)


@pytest.mark.parametrize("algorithm", ["PS256", "RS512"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    with pytest.raises(IdentityRefused):
        checked(claims(), alg=algorithm)


def test_unknown_key_is_told_apart() -> None:
    with pytest.raises(UnknownKey):
        checked(claims(), kid="two")

"""Checks of an id_token."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from portal.entra.errors import GuestAccount, IdentityRefused
from portal.entra.id_tokens import UnknownKey, identity_in

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
TENANT = "7c3c0d5e-0000-4000-8000-0000000000aa"
OID = "6a1c0000-0000-4000-8000-000000000001"
ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
PUBLIC = {**KEY.as_dict(private=False), "kid": "one", "use": "sig"}


def claims(**changes: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    usual = {
        "aud": "client", "iss": ISSUER, "tid": TENANT, "ver": "2.0", "oid": OID, "sub": "x",
        "nonce": "n-1", "iat": now, "nbf": now, "exp": now + 3600,
        "name": "Priya Kaur", "preferred_username": "priya@northwind.example",
    }  # fmt: skip  # one to a line says no more
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def signed(claims: dict[str, Any], *, key: Any = KEY, **header: Any) -> str:
    header = {"alg": "RS256", "kid": "one", **header}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def checked(token: str, *, keys: list[dict[str, Any]] | None = None, nonce: str = "n-1") -> Any:
    return identity_in(
        token,
        keys=keys or [PUBLIC],
        client_id="client",
        tenant_id=TENANT,
        issuer=ISSUER,
        nonce=nonce,
        now=NOW,
    )


def test_valid_token_yields_an_identity() -> None:
    identity = checked(signed(claims()))

    assert identity.key == (TENANT, OID)
    assert identity.address == "priya@northwind.example"
    assert identity.name == "Priya Kaur"


def test_email_claim_is_the_address_and_not_the_user_name() -> None:
    named = claims(preferred_username="u.pn@one.example", email="una@two.example")

    identity = checked(signed(named))

    assert (identity.address, identity.user_name) == ("una@two.example", "u.pn@one.example")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": ["client", "another"]},
        {"aud": None},
        {"iss": "https://login.microsoftonline.com/another/v2.0"},
        {"iss": f"https://evil.example/{TENANT}/v2.0"},
        {"iss": None},
        {"tid": "9188040d-6c67-4c5b-b112-36a304b66dad"},
        {"tid": None},
        {"ver": "1.0"},
        {"nonce": "another"},
        {"nonce": None},
        {"oid": None},
        {"oid": "priya"},
        {"oid": OID.upper()},
        {"oid": f"{{{OID}}}"},
        {"oid": f"urn:uuid:{OID}"},
        {"oid": OID.replace("-", "")},
        {"oid": f" {OID}"},
        {"oid": 5},
        {"exp": int((NOW - timedelta(minutes=6)).timestamp())},
        {"exp": None},
        {"nbf": int((NOW + timedelta(minutes=6)).timestamp())},
        {"nbf": None},
        {"exp": "tomorrow"},
        {"azp": "another"},
        {"azp": ["client"]},
    ],
)
def test_wrong_claim_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefused):
        checked(signed(claims(**changes)))


def test_clocks_may_differ_a_little() -> None:
    early = int((NOW + timedelta(minutes=2)).timestamp())

    assert checked(signed(claims(iat=early, nbf=early))).object_id == OID


def test_foreign_signature_is_refused() -> None:
    with pytest.raises(IdentityRefused):
        checked(signed(claims(), key=OTHER))


@pytest.mark.parametrize("algorithm", ["PS256", "RS512"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    with pytest.raises(IdentityRefused):
        checked(signed(claims(), alg=algorithm))


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def test_public_key_as_a_shared_secret_is_refused() -> None:
    header = orjson.dumps({"alg": "HS256", "kid": "one"})
    text = f"{part(header)}.{part(orjson.dumps(claims()))}"
    mac = hmac.new(KEY.as_pem(private=False), text.encode(), hashlib.sha256).digest()

    with pytest.raises(IdentityRefused):
        checked(f"{text}.{part(mac)}")


def test_unsigned_token_is_refused() -> None:
    header = orjson.dumps({"alg": "none", "kid": "one"})

    with pytest.raises(IdentityRefused):
        checked(f"{part(header)}.{part(orjson.dumps(claims()))}.")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "\u00e9.\u00e9.\u00e9"])
def test_malformed_token_is_refused(token: str) -> None:
    with pytest.raises(IdentityRefused):
        checked(token)


def test_unknown_key_is_told_apart() -> None:
    with pytest.raises(UnknownKey):
        checked(signed(claims(), kid="two"))


@pytest.mark.parametrize(
    "key",
    [
        {**PUBLIC, "issuer": "https://login.microsoftonline.com/another/v2.0"},
        {**PUBLIC, "use": "enc"},
        {**PUBLIC, "kty": "EC"},
        {"kid": "one", "kty": "RSA"},
    ],
)
def test_key_for_another_issuer_is_refused(key: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefused):
        checked(signed(claims()), keys=[key])


def test_key_for_any_tenant_is_taken() -> None:
    template = "https://login.microsoftonline.com/{tenantid}/v2.0"

    assert checked(signed(claims()), keys=[{**PUBLIC, "issuer": template}]).object_id == OID


@pytest.mark.parametrize(
    "changes", [{"idp": "https://sts.windows.net/another/"}, {"idp": "live.com"}, {"acct": 1}]
)
def test_guest_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(GuestAccount):
        checked(signed(claims(**changes)))


@pytest.mark.parametrize(
    ("user_name", "shown"),
    [
        ("guest_a_partner.example#EXT#@northwind.example", "guest_a@partner.example"),
        ("guest@partner.example", "guest@partner.example"),
    ],
)
def test_guest_is_named_as_at_home(user_name: str, shown: str) -> None:
    with pytest.raises(GuestAccount) as refusal:
        checked(signed(claims(acct=1, preferred_username=user_name, email="")))

    said = f"You signed in as {shown}, with a guest account of your organization."
    assert str(refusal.value) == said


def test_own_tenant_as_provider_is_no_guest() -> None:
    own = f"https://sts.windows.net/{TENANT}/"

    assert checked(signed(claims(idp=own, acct=0))).object_id == OID

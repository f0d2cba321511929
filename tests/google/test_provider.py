"""Trust in a discovery document, and where a secret may be sent."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.config import GOOGLE
from portal.entra.errors import AuthorityUnavailable
from portal.google.errors import ClientRefused
from portal.google.models import Application
from portal.google.provider import Provider
from tests.support.loopback import Loopback, Say, loopback

APPLICATION = Application("client", "a-secret", "northwind.example")
BACK = "http://localhost:8000/oauth/google/callback"


@pytest.fixture
def place() -> Iterator[Loopback]:
    with loopback() as place:
        yield place


def discovery(at: str, **changes: Any) -> dict[str, Any]:
    return {
        "issuer": at,
        "authorization_endpoint": f"{at}/auth",
        "token_endpoint": f"{at}/token",
        "jwks_uri": f"{at}/keys",
        **changes,
    }


def check(place: Loopback) -> None:
    Provider(place.url).check(APPLICATION, redirect_uri=BACK)


def answers(place: Loopback, *said: Say, **changes: Any) -> None:
    place.will(Say(discovery(place.url, **changes)), Say({"keys": []}), *said)


def test_client_refused_only_for_its_code_is_valid(place: Loopback) -> None:
    answers(place, Say({"error": "invalid_grant"}, status=400))

    check(place)

    asked = place.asked[-1]
    assert (asked.method, asked.path) == ("POST", "/token")
    assert b"client_secret=a-secret" in asked.body


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("invalid_client", "does not know this client ID"),
        ("redirect_uri_mismatch", "does not know the redirect address"),
        ("unauthorized_client", "does not accept how this portal is registered"),
    ],
)
def test_client_refused_by_google_is_invalid(place: Loopback, error: str, sentence: str) -> None:
    answers(place, Say({"error": error}, status=401))

    with pytest.raises(ClientRefused) as refusal:
        check(place)

    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    "said", [Say(b"<html>", status=502), Say({"error": "server_error"}, status=400), Say(b"", 429)]
)
def test_fault_at_google_proves_nothing(place: Loopback, said: Say) -> None:
    answers(place, said)

    with pytest.raises(AuthorityUnavailable):
        check(place)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "https://evil.example/auth"},
        {"token_endpoint": "https://evil.example/token"},
        {"token_endpoint": None},
        {"jwks_uri": "https://evil.example/keys"},
    ],
)
def test_document_with_other_hosts_is_not_used(place: Loopback, changes: dict[str, Any]) -> None:
    answers(place, Say({"error": "invalid_grant"}, status=400), **changes)

    with pytest.raises(AuthorityUnavailable):
        check(place)

    assert [asked.path for asked in place.asked] == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    ("address", "is_at_home"),
    [
        ("https://accounts.google.com/o/oauth2/v2/auth", True),
        ("https://oauth2.googleapis.com/token", True),
        ("https://www.googleapis.com/oauth2/v3/certs", True),
        ("http://oauth2.googleapis.com/token", False),
        ("https://oauth2.googleapis.com.evil.example/token", False),
        ("https://evil.example@oauth2.googleapis.com/token", False),
        ("https://oauth2.googleapis.com:8443/token", False),
        ("https://sites.google.com/token", False),
        ("None", False),
    ],
)
def test_secret_goes_to_named_hosts_of_google_alone(address: str, is_at_home: bool) -> None:
    assert Provider(GOOGLE).is_at_home(address) == is_at_home


def test_document_is_read_once_a_day(place: Loopback) -> None:
    answers(place, Say({"error": "invalid_grant"}, status=400))
    provider = Provider(place.url)
    provider.check(APPLICATION, redirect_uri=BACK)
    place.asked.clear()
    place.will(Say({"error": "invalid_client"}, status=401))

    with pytest.raises(ClientRefused):
        provider.redeemed(APPLICATION, "code", "verifier", BACK)

    assert [asked.path for asked in place.asked] == ["/token"]

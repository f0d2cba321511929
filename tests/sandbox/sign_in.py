"""Sign-in at the practice tenant through its forms, and tokens for the resulting code."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
import requests

from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox
from tests.support.walk import Person

SCOPE = "openid profile email offline_access User.Read Mail.Read"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]


@dataclass
class Visit:
    """A browser that the registered application sent to Entra."""

    tenant: Sandbox
    person: Person = field(default_factory=Person)

    @classmethod
    def registered(cls, tenant: Sandbox) -> Self:
        """A visit with a registered return address."""
        visit = cls(tenant)
        tenant.control("PATCH", "tenant", {"redirectUris": [visit.back]})
        return visit

    @property
    def back(self) -> str:
        """The application's return address. Only the address matters; nothing answers there."""
        return f"{self.tenant.url}/back"

    def start(self, *, segment: str | None = TENANT_ID, **changes: str | None) -> Person:
        """Go to the authorize endpoint. A parameter of None is left out."""
        asked: dict[str, str | None] = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "redirect_uri": self.back,
            "scope": SCOPE,
            "state": "a&b",
            "nonce": "n-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        sent = {name: value for name, value in (asked | changes).items() if value is not None}
        address = f"{self.tenant.url}/{segment}/oauth2/v2.0/authorize?{urlencode(sent)}"
        return self.person.open(address)

    def code(self, name: str = "Priya Kaur", **changes: str | None) -> str:
        """Choose an account, accept the consent page if it is shown, and return the code."""
        if "Pick an account" in self.start(**changes).html:
            self.person.press(name)
        if "Permissions requested" in self.person.html:
            self.person.press("Accept")
        return self.answer["code"]

    @property
    def answer(self) -> dict[str, str]:
        """The parameters of the redirect to the application."""
        parts = urlsplit(self.person.url)
        assert parts.path == "/back", self.person.html
        return dict(parse_qsl(parts.query or parts.fragment))


def redeem(
    tenant: Sandbox, *, segment: str | None = TENANT_ID, **form: str | None
) -> requests.Response:
    """Post to the token endpoint as the application. A field of None is left out."""
    asked: dict[str, str | None] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    session = requests.Session()
    session.trust_env = False
    return session.post(
        f"{tenant.url}/{segment}/oauth2/v2.0/token",
        data={name: value for name, value in (asked | form).items() if value is not None},
        timeout=30,
    )


def redeem_code(tenant: Sandbox, code: str | None, **form: str | None) -> requests.Response:
    return redeem(
        tenant,
        **{
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": f"{tenant.url}/back",
            "code_verifier": VERIFIER,
            **form,
        },
    )


def renew(tenant: Sandbox, refresh_token: str, **form: str | None) -> requests.Response:
    return redeem(tenant, grant_type="refresh_token", refresh_token=refresh_token, **form)


def granted(tenant: Sandbox, name: str = "Priya Kaur", **changes: str | None) -> Any:
    """Sign in completely, and return the answer of the token endpoint."""
    answer = redeem_code(tenant, Visit(tenant).code(name, **changes))
    assert answer.status_code == 200, answer.text
    return answer.json()


def claims(token: str) -> Any:
    """Decode the claims of a token without verifying it."""
    part = token.split(".")[1]
    return orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def refusal(answer: requests.Response) -> tuple[int, str, int]:
    """Return status, error and number, after a check of everything that all errors share."""
    body = answer.json()
    number = body["error_codes"][0]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert body["trace_id"] in body["error_description"]
    assert body["correlation_id"] in body["error_description"]
    assert set(body) - {"suberror"} == {
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
        "error_uri",
    }
    return answer.status_code, body["error"], number

"""A practice tenant and a person's token for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sandbox.entra import tokens
from tests.support.sandbox_server import CLIENT_ID, Sandbox, running_sandbox

PRIYA = "priya@northwind.example"
SCOPES = {"User.Read", "Mail.ReadWrite", "Mail.Read", "Mail.Send"}


@dataclass(frozen=True)
class Caller:
    """Calls Graph as one person, or as the application."""

    sandbox: Sandbox
    token: str

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        session = requests.Session()
        session.trust_env = False
        address = path if path.startswith("http") else f"{self.sandbox.url}/v1.0{path}"
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return session.request(method, address, headers=headers, timeout=30, **options)

    def read(self, path: str, **options: Any) -> Any:
        answer = self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def tenant() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def priya(tenant: Sandbox) -> Caller:
    return person(tenant, PRIYA, SCOPES)


@pytest.fixture
def app(tenant: Sandbox) -> Caller:
    """The application with every permission that is built."""
    return application(
        tenant,
        "Mail.Read",
        "Mail.ReadWrite",
        "Mail.Send",
        "MailboxSettings.Read",
        "Calendars.Read",
        "User.Read.All",
        "Organization.Read.All",
        "Domain.Read.All",
        "Directory.Read.All",
        "Place.Read.All",
    )


def application(tenant: Sandbox, *roles: str) -> Caller:
    """The application with these permissions and no others."""
    token = tokens.app_access_token(tenant.state, client_id=CLIENT_ID, roles=list(roles))
    return Caller(tenant, token)


def person(tenant: Sandbox, upn: str, scopes: set[str]) -> Caller:
    row = tenant.state.row("select * from users where upn = ?", (upn,))
    assert row is not None
    token = tokens.person_access_token(tenant.state, row, client_id=CLIENT_ID, scopes=scopes)
    return Caller(tenant, token)


def letter(subject: str = "Portfolio", **headers: str) -> bytes:
    """A message from Rosa to Priya; headers may be added or replaced."""
    fields = {
        "From": "Rosa Ortega <rosa.ortega@mail.example>",
        "To": f"Priya Kaur <{PRIYA}>",
        "Subject": subject,
        "Date": "Mon, 23 Nov 2026 17:20:00 +0000",
        "Message-ID": f"<{subject.replace(' ', '-')}@mail.example>",
    } | headers
    head = "\r\n".join(f"{name}: {value}" for name, value in fields.items())
    return f"{head}\r\n\r\nHere is the portfolio.\r\n".encode()


WITH_FILE = (
    b"From: Rosa Ortega <rosa.ortega@mail.example>\r\nTo: priya@northwind.example\r\n"
    b"Subject: With a file\r\nMessage-ID: <file@mail.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
    b"See the file.\r\n--b\r\nContent-Type: application/pdf\r\n"
    b'Content-Disposition: attachment; filename="plan.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"
)

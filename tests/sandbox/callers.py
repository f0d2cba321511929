"""Callers of Graph in the practice tenant: one person, or the application."""

from dataclasses import dataclass
from typing import Any

import requests

from sandbox.entra import tokens
from tests.support.sandbox_server import CLIENT_ID, Sandbox


@dataclass(frozen=True)
class Caller:
    """A client of Graph that acts as one person, or as the application."""

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


def application(tenant: Sandbox, *roles: str) -> Caller:
    """The application with only these permissions."""
    token = tokens.app_access_token(tenant.state, client_id=CLIENT_ID, roles=list(roles))
    return Caller(tenant, token)


def person(tenant: Sandbox, upn: str, scopes: set[str]) -> Caller:
    row = tenant.state.row("select * from users where upn = ?", (upn,))
    assert row is not None
    token = tokens.person_access_token(tenant.state, row, client_id=CLIENT_ID, scopes=scopes)
    return Caller(tenant, token)

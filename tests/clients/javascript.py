"""Microsoft's JavaScript client, run by Node."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from tests.sandbox import callers
from tests.support.needs import GRAPH_CLIENT
from tests.support.sandbox_server import Sandbox


@dataclass(frozen=True)
class GraphClient:
    """Microsoft's client with one token. Each run is a program of its own."""

    tenant: Sandbox
    token: str

    def run(self, *calls: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = {
            "baseUrl": f"{self.tenant.url}/",
            "host": "localhost",
            "token": self.token,
            "calls": calls,
        }
        done = subprocess.run(
            ["node", "client.mjs", json.dumps(wanted)],
            cwd=GRAPH_CLIENT,
            env=os.environ | {"NODE_EXTRA_CA_CERTS": str(self.tenant.certificate)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers


def application(tenant: Sandbox, *roles: str) -> GraphClient:
    """The client with a token of the application."""
    return GraphClient(tenant, callers.application(tenant, *roles).token)


def person(tenant: Sandbox, upn: str, scopes: set[str]) -> GraphClient:
    """The client with a token of a person."""
    return GraphClient(tenant, callers.person(tenant, upn, scopes).token)


def post(path: str, body: Any, **headers: str) -> dict[str, Any]:
    return {"method": "post", "path": path, "body": body, "headers": headers}


def read(path: str, **more: Any) -> dict[str, Any]:
    return {"method": "get", "path": path, **more}

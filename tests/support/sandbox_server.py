"""The practice tenant on a free port, for tests that cross a real socket."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from flask import Flask

from sandbox import certificate
from sandbox.app import create_sandbox, open_state
from sandbox.database import Row, State
from sandbox.directory.resource import principal_name
from sandbox.server import serve_in_background, server_for

CLIENT_ID = "11111111-2222-4333-8444-555555555555"
CLIENT_SECRET = "sandbox-secret-value"
TENANT_ID = "7c3c0d5e-0000-4000-8000-0000000000aa"


@dataclass(frozen=True)
class Sandbox:
    """A running practice tenant; `certificate` is the file that a client has to trust, if any."""

    url: str
    state: State
    certificate: Path | None
    app: Flask

    def control(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        """Call `/_sandbox/<path>` and read its JSON."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.certificate) if self.certificate else True
        address = f"{self.url}/_sandbox/{path}"
        answer = session.request(method, address, json=json, timeout=60, **options)
        answer.raise_for_status()
        return answer.json()

    def deliver(self, upn: str, raw: bytes, *, folder: str = "Inbox") -> str:
        """Deliver one raw message. Returns its immutable id."""
        answer = self.control(
            "POST",
            f"mailboxes/{upn}/messages",
            params={"folder": folder},
            data=raw,
            headers={"Content-Type": "message/rfc822"},
        )
        return str(answer["id"])

    def oid(self, upn: str) -> str:
        return str(self._person(upn)["id"])

    def user_name(self, upn: str) -> str:
        """The name by which Microsoft shows a person, which a quirk changes."""
        return principal_name(self.state, self._person(upn))

    def _person(self, upn: str) -> Row:
        row = self.state.row("select * from users where lower(upn) = lower(?)", (upn,))
        if row is None:
            raise LookupError(upn)
        return row


@contextmanager
def running_sandbox(*, tls: bool = False) -> Iterator[Sandbox]:
    """Run a practice tenant in memory, in a thread of this process."""
    files = certificate.make(Path(tempfile.mkdtemp())) if tls else None
    state = open_state(None, base_url="")
    app = create_sandbox(state)
    server = server_for(app, port=0, certificate=files)
    state.base_url = f"{'https' if tls else 'http'}://localhost:{server.port}"
    serve_in_background(server)
    try:
        yield Sandbox(state.base_url, state, files[0] if files else None, app)
    finally:
        server.shutdown()
        server.server_close()
        if state.notifier:
            state.notifier.stop()

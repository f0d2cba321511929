"""A portal in this process, and visitors of its pages without a browser."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock, create_app
from portal.config import GOOGLE, Config, MicrosoftConfig
from portal.services import Services
from portal.storage import sessions
from portal.storage.rows import Rows
from portal.storage.sessions import SessionRow
from portal.vault import hash_token
from portal.web.sessions import PERSON, PortalSession
from tests.support import builders
from tests.support.databases import put_database
from tests.support.raw_rows import raw

HOME = "http://localhost:8000"
COOKIE = "portal"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def portal_in(
    instance: Path, *, microsoft: MicrosoftConfig | None = None, google_issuer: str = GOOGLE
) -> Flask:
    """A portal with this instance folder."""
    put_database(instance)
    return create_app(
        Config(
            instance=instance,
            base_url=HOME,
            secret_key=bytes(range(64)),
            test_mode=True,
            microsoft=microsoft or MicrosoftConfig(),
            google_issuer=google_issuer,
        )
    )


def portal_of_two(rows: Rows, instance: Path) -> Flask:
    """A portal on the file of these rows. Priya recruits, and Kim is limited."""
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Kim Lund", role="limited")
    return portal_in(instance)


def services_of(app: Flask) -> Services:
    services: Services = app.extensions["portal"]
    return services


@dataclass(frozen=True)
class Visitor:
    """One browser. Its posts carry a form token."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=HOME, **more)

    def post(self, path: str, values: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        token = TOKEN.search(self.get("/settings/email").text)
        return self._send(path, {"csrf_token": token[1] if token else "", **(values or {})}, **more)

    def press(self, page: str, path: str) -> TestResponse:
        """Press the button on this page that posts to the path."""
        token = TOKEN.search(self.get(page).text)
        assert token is not None, page
        return self._send(path, {"csrf_token": token[1]})

    def _send(self, path: str, sent: dict[str, Any], **more: Any) -> TestResponse:
        headers = {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, base_url=HOME, data=sent, headers=headers, **more)

    def text(self, path: str) -> str:
        """The readable text of a page: no tags, single blanks."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return words(answer)


def words(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def stranger(app: Flask) -> Visitor:
    """A visitor who has not signed in."""
    return Visitor(app.test_client())


def visitor(app: Flask, user_id: str) -> Visitor:
    """A visitor who signed in a minute ago."""
    own = PortalSession(secrets.token_urlsafe(32))
    own[PERSON] = user_id
    signed_in_at = clock.utc_now() - timedelta(minutes=1)
    rows = services_of(app).rows
    user = next(raw(rows).query("select role from users where id = ?", [user_id]))
    own["role"] = user["role"]
    row = SessionRow(
        id_hash=hash_token(own.id),
        user_id=user_id,
        content=own.content,
        created_at=signed_in_at,
        seen_at=clock.utc_now(),
        fresh_at=signed_in_at,
        peer="127.0.0.1",
    )
    with rows.write():
        sessions.save(rows, row)
    client = app.test_client()
    client.set_cookie(COOKIE, own.id, domain="localhost")
    return Visitor(client)

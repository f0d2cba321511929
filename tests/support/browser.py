"""Flask's test client as a browser: forms carry token and Origin."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.clock import utc_now

ORIGIN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
TOKEN = re.compile(r'name="csrf_token"\s+value="([^"]+)"')


def browser(app: Flask, user_id: str | None = None) -> FlaskClient:
    """A browser, in which this person (if given) has just signed in."""
    client = app.test_client()
    if user_id is not None:
        with client.session_transaction() as session:
            begun: Any = session
            begun.begin(user_id, utc_now())
    return client


def token_on(html: str) -> str:
    found = TOKEN.search(html)
    assert found, f"no form token on the page:\n{html}"
    return found[1]


def send(
    client: FlaskClient, path: str, *, page: str = "/settings/needs-you", **fields: Any
) -> TestResponse:
    """Open a page for its form token, then post these fields."""
    token = token_on(client.get(page, follow_redirects=True).text)
    return client.post(path, data={"csrf_token": token, **fields}, headers=ORIGIN)

"""A portal of this process that a browser opens, and people who are signed in to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import StorageState
from werkzeug.serving import make_server

from tests.support.visitors import COOKIE, visitor


@contextmanager
def served(app: Flask, port: int) -> Iterator[str]:
    """Serve a portal whose own address has this port. Yields the address."""
    server = make_server("localhost", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://localhost:{port}"
    finally:
        server.shutdown()
        server.server_close()


def signed_in(app: Flask, user_id: str) -> StorageState:
    """The state of a browser in which this person has just signed in."""
    cookie = visitor(app, user_id).client.get_cookie(COOKIE, domain="localhost")
    assert cookie is not None
    return {
        "cookies": [{"name": COOKIE, "value": cookie.value, "domain": "localhost", "path": "/"}]
    }

"""A portal whose pages have many rows, and what a page of it weighs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import brotli
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock, create_app
from portal.config import Config
from tests.browser.demo import free_ports
from tests.browser.served import served
from tests.pages import PAGES, fetched_with
from tests.support import many_rows
from tests.support.browser import browser as browser_of
from tests.support.visitors import portal_in

ROWS = 20
BROWSERS = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@dataclass(frozen=True)
class Weight:
    bytes: int
    requests: int


@dataclass(frozen=True)
class Filled:
    """A portal with many rows of each kind."""

    app: Flask
    address: str

    def weight(self, path: str) -> Weight:
        client = browser_of(self.app, PAGES[path])
        page = self._fetched(client, path)
        assert page.status_code == (404 if path == "/no/such-page" else 200), page.text
        assert page.headers["Content-Encoding"] == "br"
        linked = fetched_with(brotli.decompress(page.data).decode())
        parts = [page, *(self._fetched(client, each) for each in sorted(linked))]
        return Weight(sum(map(_length, parts)), len(parts))

    def _fetched(self, client: FlaskClient, path: str) -> TestResponse:
        answer = client.get(path, base_url=self.address, headers=BROWSERS)
        assert answer.status_code in (200, 404), path
        return answer


def _length(answer: TestResponse) -> int:
    return len(answer.data) + len(str(answer.headers).encode())


@contextmanager
def running(folder: Path) -> Iterator[Filled]:
    app = portal_in(folder / "instance")
    many_rows.fill(app.extensions["portal"].rows, ROWS, now=clock.utc_now())
    (port,) = free_ports(1)
    config: Config = app.extensions["portal"].config
    at_port = create_app(replace(config, base_url=f"http://localhost:{port}"))
    with served(at_port, port) as address:
        yield Filled(at_port, address)
